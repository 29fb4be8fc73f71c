package redline

// Excerpt is what has changed, each line under the headings that it stands under, and rows of a table under
// the table's header.
func (r Redline) Excerpt() []Line {
	var out []Line
	var section, clause, head *Line
	for i := range r.Lines {
		l := &r.Lines[i]
		switch l.Kind {
		case Section:
			section, clause, head = l, nil, nil
		case Clause:
			clause, head = l, nil
		case Head:
			head = l
		}
		if !l.Touched() {
			continue
		}
		for _, over := range []**Line{&section, &clause, &head} {
			if *over != nil && *over != l && (*over != head || l.Kind == Row && l.Group == head.Group) {
				out = append(out, **over)
				*over = nil
			}
		}
		for _, over := range []**Line{&section, &clause, &head} {
			if *over == l {
				*over = nil // it is shown now
			}
		}
		out = append(out, *l)
	}
	return out
}
