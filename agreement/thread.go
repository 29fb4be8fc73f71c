package agreement

import (
	"slices"
	"strings"
	"time"
)

// A Thread is what the parties say to each other of a clause, from the first comment until whoever
// began it says that it is settled. Both parties read all of it.
type Thread struct {
	ID       string // "cmt_…"
	Version  int    // proposed last when it began
	Clause   Clause
	Remarks  []Remark
	Resolved time.Time `json:",omitzero"` // zero while open
	By       string    `json:",omitzero"` // who resolved it
}

// A Remark is one thing said in a thread.
type Remark struct {
	Party Party
	By    string
	Text  string
	At    time.Time
}

// Bounds of what is said, so that no party can bury the other in it.
const mostThreads, mostRemarks = 1000, 100

// Commands about comments.
type (
	// Comment begins a thread about a clause or, if there is one of the name, adds to it.
	Comment struct {
		Thread string
		Reply  bool // the thread must be there; else it must not
		Clause Clause
		Party  Party
		By     string
		Text   string
	}
	// ResolveComment says that a thread is settled.
	ResolveComment struct {
		Thread string
		Party  Party
		By     string
	}
)

// Events about comments. Their JSON is kept for ever.
type (
	// Commented is something said of a clause.
	Commented struct {
		Thread  string `json:"thread"`
		Version int    `json:"version"`
		Clause  Clause `json:"clause"`
		Party   Party  `json:"party"`
		By      string `json:"by"`
		Text    string `json:"text"`
	}
	// CommentResolved ends a thread.
	CommentResolved struct {
		Thread string `json:"thread"`
		Party  Party  `json:"party"`
		By     string `json:"by"`
	}
)

// Under is the clause that the comment is about.
func (e Commented) Under() Clause { return e.Clause }

// Thread finds a thread by its id.
func (l Life) Thread(id string) (Thread, bool) {
	i := l.thread(id)
	if i < 0 {
		return Thread{}, false
	}
	return l.Threads[i], true
}

func (l Life) thread(id string) int {
	return slices.IndexFunc(l.Threads, func(t Thread) bool { return t.ID == id })
}

// Settled reports whether the party that began the thread says that it is settled.
func (t Thread) Settled() bool { return !t.Resolved.IsZero() }

// DecideComment refuses a comment on nothing, and a reply to what is settled.
func (l Life) DecideComment(c Comment) (Commented, error) {
	const act = "comment"
	t, known := l.Thread(c.Thread)
	latest, any := l.Latest()
	e := Commented{c.Thread, latest.Number, c.Clause, c.Party, c.By, c.Text}
	switch {
	case !any:
		return e, Refuse(act, "13.5", "nothing has been proposed")
	case strings.TrimSpace(c.Text) == "" || len(c.Text) > MostSaid:
		return e, Refuse(act, "13.5", "a comment has between 1 and %d bytes", MostSaid)
	case c.Reply && !known:
		return e, Refuse(act, "13.5", "there is no comment %q", c.Thread)
	case c.Reply && t.Settled():
		return e, Refuse(act, "13.5", "the comment is resolved; begin another")
	case c.Reply && len(t.Remarks) >= mostRemarks:
		return e, Refuse(act, "13.5", "there are %d replies already; begin another comment", mostRemarks)
	case c.Reply:
		e.Version, e.Clause = t.Version, t.Clause
		return e, nil
	case known || c.Thread == "":
		return e, Refuse(act, "13.5", "the comment needs an id of its own")
	case c.Clause.Title() == "":
		return e, Refuse(act, "13.5", "the agreement has no clause %q", c.Clause)
	case len(l.Threads) >= mostThreads:
		return e, Refuse(act, "13.5", "there are %d comments already", mostThreads)
	}
	return e, nil
}

// DecideResolve lets the party that began a thread end it.
func (l Life) DecideResolve(c ResolveComment) (CommentResolved, error) {
	const act = "resolve the comment"
	t, known := l.Thread(c.Thread)
	switch {
	case !known:
		return CommentResolved{}, Refuse(act, "13.5", "there is no comment %q", c.Thread)
	case t.Settled():
		return CommentResolved{}, Refuse(act, "13.5", "the comment is already resolved")
	case t.Remarks[0].Party != c.Party:
		return CommentResolved{}, Refuse(act, "13.5", "%s made the comment and says when it is settled", t.Remarks[0].Party.Label())
	}
	return CommentResolved(c), nil
}

// remark is what an event does to the threads.
func (l *Life) remark(event any, at time.Time) {
	switch e := event.(type) {
	case Commented:
		r := Remark{e.Party, e.By, e.Text, at}
		if i := l.thread(e.Thread); i >= 0 {
			t := &l.Threads[i]
			t.Remarks = append(slices.Clip(t.Remarks), r)
			return
		}
		l.Threads = append(l.Threads, Thread{ID: e.Thread, Version: e.Version, Clause: e.Clause, Remarks: []Remark{r}})
	case CommentResolved:
		if i := l.thread(e.Thread); i >= 0 {
			l.Threads[i].Resolved, l.Threads[i].By = at, e.By
		}
	}
}
