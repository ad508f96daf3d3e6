"""The two ports: listening, what every request and response has, the API and pages, fragments and downloads."""
