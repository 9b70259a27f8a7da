"""Smart doorplates: codes, symbols, print sheets, scans."""
