"""What SharePoint refuses, changes and counts."""
