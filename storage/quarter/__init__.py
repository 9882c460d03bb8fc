"""The quarter: what was proposed to the team, who hosts, who co-animates, points of the programme."""
