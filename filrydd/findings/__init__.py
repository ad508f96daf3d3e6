"""What names, facts and texts of files tell: one small module for each kind of finding, pure.

versions      chains of versions among the files of one folder
numbers       national identity numbers in names and texts
streams       alternate data streams that hold more than programs note for themselves
unsuitable    what SharePoint is no place for
private       folders that are somebody's own
targets       where a link points: inside the area, outside, nowhere
"""
