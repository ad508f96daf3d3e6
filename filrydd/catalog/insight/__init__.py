"""What an area holds, in totals for people, and where to begin.

totals       all of it, worked out in a few passes            stored      as figures, and back
tallies      what lies in each folder and below it            families    what kind of thing a file is
standouts    the biggest and the oldest folders               beginnings  the places where cleaning gives most
copied       folders with a copy elsewhere                    absentees   owners who are gone
refused      names and paths that SharePoint refuses
"""
