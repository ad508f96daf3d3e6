"""filrydd: legacy file areas on their way to SharePoint."""
