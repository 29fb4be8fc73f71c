package source

// Places are where the paths of a file stand, line and column: what only tests see.
func (f *File) Places() map[string][2]int {
	at := map[string][2]int{}
	for path, p := range f.places {
		at[path] = [2]int{p.line, p.column}
	}
	return at
}
