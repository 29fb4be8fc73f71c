package calls

import (
	"fmt"
	"io"
)

// A decision is how the agreement answers, as the API says it.
type decision struct {
	OK       bool
	Version  int
	Policy   string
	Replayed bool
	Code     string
	Clause   string
	Why      string
	Words    string `json:"clause_text"`
	Steps    []decisionStep
	Held     *heldTokens
	Limits   []struct {
		Limit, Words, Per             string
		Used, Held, Need, Left, Reset int64
		Hard, Full                    bool
	}
}

type decisionStep struct {
	Clause, Title, Asked, Why, Term, Says, Call string
	OK                                          bool
}

type heldTokens struct {
	Input  int64 `json:"input_tokens"`
	Output int64 `json:"output_tokens"`
	Bytes  int64
}

// print says a step in a line, and below it what was compared: the term, its value, and what the call says.
func (s decisionStep) print(w io.Writer) {
	mark := "yes"
	if !s.OK {
		mark = "NO "
	}
	fmt.Fprintf(w, "  %s  %-5s %s", mark, s.Clause, s.Asked)
	if s.Why != "" {
		fmt.Fprintf(w, ": %s", s.Why)
	}
	fmt.Fprintln(w)
	if s.Says == "" {
		return
	}
	fmt.Fprint(w, "              ")
	if s.Term != "" {
		fmt.Fprintf(w, "%s: ", s.Term)
	}
	fmt.Fprint(w, s.Says)
	if s.Call != "" {
		fmt.Fprintf(w, "; the call: %s", s.Call)
	}
	fmt.Fprintln(w)
}

func (d decision) print(w io.Writer) {
	for _, s := range d.Steps {
		s.print(w)
	}
	d.printLimits(w)
	if d.OK {
		fmt.Fprintf(w, "permitted under version %d\n", d.Version)
		return
	}
	fmt.Fprintf(w, "refused under version %d, %s", d.Version, d.Code)
	if d.Clause != "" {
		fmt.Fprintf(w, ", clause %s", d.Clause)
	}
	fmt.Fprintf(w, ": %s\n", d.Why)
	if d.Words != "" {
		fmt.Fprintf(w, "  “%s”\n", d.Words)
	}
}

// bases say how tokens are known.
var bases = map[string]string{"stated": " (the service stated them)", "delivered": " (estimated from what was delivered: a token for each four bytes of text)",
	"bound": " (the most that they can have been)", "unknown": " (what it used is not known)"}

// called is an operation with what it names.
func called(operation, item string) string {
	if item == "" {
		return named(operation)
	}
	return operation + " of " + item
}

// printLimits says how each limit stands for a call that is not made.
func (d decision) printLimits(w io.Writer) {
	for _, l := range d.Limits {
		mark := "yes"
		if l.Full {
			mark = "NO "
		}
		fmt.Fprintf(w, "  %s  C     %s: %d used, %d held, %d left; the call would hold %d of %s, counted by %s\n", mark, l.Limit, l.Used, l.Held, l.Left, l.Need, l.Words, l.Per)
	}
	if d.Held != nil {
		fmt.Fprintf(w, "would hold at most %d tokens in, %d out, %d bytes\n", d.Held.Input, d.Held.Output, d.Held.Bytes)
	}
}

func named(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}
