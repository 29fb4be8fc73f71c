package source

import (
	"fmt"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/rules"
)

// Check reports everything that is to be said of an agreement file: what reading found, what each
// article and schedule finds, and what only shows across articles. Findings are in the order of the
// file, each once, with place, severity and clause filled in.
func (f *File) Check() agreement.Findings {
	if !f.whole || len(f.unread()) >= manyUnread {
		return slices.Clone(f.found)
	}
	return f.settle(append(f.standing(f.independent(rules.Check(f.Agreement))), f.found...))
}

// independent leaves out what is only a consequence of something that could not be read: a finding
// about a value that is already reported, and references into a table that is.
func (f *File) independent(found agreement.Findings) agreement.Findings {
	var kept agreement.Findings
	for _, one := range found {
		if !f.follows(one) {
			kept = append(kept, one)
		}
	}
	return kept
}

func (f *File) follows(one agreement.Finding) bool {
	for _, read := range f.found {
		if read.Path == "" || read.Rule == "unknown-key" || read.Rule == "duplicate-key" {
			continue
		}
		switch {
		case under(one.Path, read.Path):
			return true
		case one.Rule == "unknown-component" && under(read.Path, "scope.components"),
			one.Rule == "unknown-person" && under(read.Path, "governance.people"):
			return true
		}
	}
	return false
}

// A Line is a finding as it is printed: a line of text, or a JSON object.
type Line struct {
	File     string             `json:"file"`
	Line     int                `json:"line"`
	Column   int                `json:"column"`
	Severity agreement.Severity `json:"severity"`
	Clause   agreement.Clause   `json:"clause"`
	Rule     string             `json:"rule"`
	Message  string             `json:"message"`
	Hint     string             `json:"hint,omitempty"`
	Path     string             `json:"path,omitempty"`
}

// Lines are findings with the file's name, ready to print.
func (f *File) Lines(found agreement.Findings) []Line {
	lines := make([]Line, 0, len(found))
	for _, one := range found {
		lines = append(lines, Line{File: f.Name, Line: one.Line, Column: one.Column, Severity: one.Severity, Clause: one.Clause,
			Rule: one.Rule, Message: one.Message, Hint: one.Hint, Path: one.Path})
	}
	return lines
}

// String is "file:line:column: severity: clause: message [rule]", then, indented on a line of its
// own, the hint.
func (l Line) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s: %s: %s [%s]", l.File, l.Line, l.Column, l.Severity, l.Clause.Cite(), l.Message, l.Rule)
	if l.Hint != "" {
		s += "\n    hint: " + strings.TrimSuffix(l.Hint, ".")
	}
	return s
}

// Count is how many findings have a severity.
func Count(found agreement.Findings, s agreement.Severity) int {
	n := 0
	for _, one := range found {
		if one.Severity == s {
			n++
		}
	}
	return n
}
