package agreement

import (
	"fmt"

	"entente/document"
)

// A Severity says how much a finding matters.
type Severity string

// An error stops signing; a warning does not; a note says what software cannot keep.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// A Finding is one thing that checking an agreement has to say.
type Finding struct {
	Rule     string   // the rule's name, as `entente explain` lists it
	Severity Severity // filled from the rule
	Clause   Clause   // filled from the rule unless the finding knows better
	Path     string   // where in the file: "commerce.revenue.shares[0].share"
	Message  string   // what is wrong, without a full stop
	Hint     string   // how to mend it; empty if the message says it

	Line, Column int // where in the file, from 1; filled from the path unless the finding knows better
	Row          int // of a text of several lines, the line that is meant, from 1; 0 for all of it
}

// Findings collects what a check finds.
type Findings []Finding

// Add reports that a rule is broken at a path of the file. The message says what is wrong there.
func (f *Findings) Add(rule, path, format string, args ...any) *Finding {
	*f = append(*f, Finding{Rule: rule, Path: path, Message: fmt.Sprintf(format, args...)})
	return &(*f)[len(*f)-1]
}

// Mend says how to put it right.
func (f *Finding) Mend(format string, args ...any) *Finding {
	f.Hint = fmt.Sprintf(format, args...)
	return f
}

// Under names the clause, for rules that hold in more than one.
func (f *Finding) Under(c Clause) *Finding {
	f.Clause = c
	return f
}

// Component reports a component's name that clause 1.2 does not have. An empty name is no reference.
func (f *Findings) Component(frame Frame, path, name string) {
	if _, ok := frame.Component(name); name != "" && !ok {
		f.Add("unknown-component", path, "%q is not a component of clause 1.2", name).
			Mend("use one of %s, or add the component to scope.components", names(frame.Components, func(c Component) string { return c.Name }))
	}
}

// Person reports a person whom clause 7.1 does not have. An empty name is no reference.
func (f *Findings) Person(frame Frame, path, id string) {
	if _, ok := frame.Person(id); id != "" && !ok {
		f.Add("unknown-person", path, "%q is not a person of clause 7.1", id).
			Mend("use one of %s, or add the person to governance.people", names(frame.People, func(p Person) string { return p.ID }))
	}
}

func names[T any](all []T, name func(T) string) string {
	var list []string
	for _, one := range all {
		list = append(list, name(one))
	}
	if len(list) == 0 {
		return "those that are listed (none is)"
	}
	return document.Either(list)
}
