"""Reading household rosters as village offices keep them: files into checked households.

Pure: no table and no session, so that it can be tested to the last cell. `workbook` opens a file,
`layout` finds the header, `headings` guesses what columns hold, `values`, `dates` and `relations`
read cells, `lines` and `grouping` make households of lines.
"""
