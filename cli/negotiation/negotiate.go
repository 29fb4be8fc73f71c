package negotiation

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/calendar"
	"entente/cli/terminal"
	"entente/cli/visit"
)

func offerFlags(f *flag.FlagSet) {
	visit.Flags(f)
	f.String("expires", "", "the last `day` on which it can be signed, as 2027-01-31; it lapses after that")
	f.String("remark", "", "a `sentence` that the other party reads with it")
	f.String("first", "", "the `party` that signs before the other: a or b; else they sign in any order")
}

var propose = terminal.Command{
	Name: "negotiate propose", Args: "FILE [--expires DAY] [--first a|b] [--remark TEXT]", Help: "put a version of the agreement before the parties",
	Long: `
It binds no one until both have signed it. To answer what the other party has proposed, use
` + "`entente negotiate counter`" + `: it makes sure that you have read the last version.`,
	Flags: offerFlags,
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		return handIn(ctx, env, f, func(a articles.Agreement, body map[string]any) error { return offered(f, a, body) })
	},
}

var counter = terminal.Command{
	Name: "negotiate counter", Args: "FILE --to VERSION [--expires DAY] [--first a|b] [--remark TEXT]", Help: "answer the version proposed last with another",
	Long: `
Name the version that you have read. If another was proposed since, yours is refused, so that nobody
replaces what they have not read.`,
	Flags: func(f *flag.FlagSet) {
		offerFlags(f)
		f.Int("to", 0, "the `version` that your file answers")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		to := f.Lookup("to").Value.(flag.Getter).Get().(int)
		if to < 1 {
			return terminal.Misusef("say --to which version your file answers; `entente negotiate status` says which is the last")
		}
		return handIn(ctx, env, f, func(a articles.Agreement, body map[string]any) error {
			body["answers"] = to
			return offered(f, a, body)
		})
	},
}

// offered adds to a proposal what the flags say of it.
func offered(f *flag.FlagSet, a articles.Agreement, body map[string]any) error {
	if r := terminal.Text(f, "remark"); r != "" {
		body["remark"] = r
	}
	if first := strings.ToLower(terminal.Text(f, "first")); first != "" {
		if !slices.Contains(agreement.Both, agreement.Party(first)) {
			return terminal.Misusef("--first is a or b")
		}
		body["first"] = first
	}
	if last := terminal.Text(f, "expires"); last != "" {
		day, err := calendar.ParseDate(last)
		if err != nil {
			return terminal.Misusef("--expires: %v", err)
		}
		body["expires"] = day.AddDays(1).In(a.Frame().Zone()).UTC()
	}
	return nil
}

// A negotiation is where one stands, as a node says it.
type negotiation struct {
	Version    int
	Base       int
	ProposedBy agreement.Party `json:"proposed_by"`
	Proposed   time.Time
	Answers    int
	Remark     string
	Expires    time.Time
	First      agreement.Party
	AnswerBy   time.Time `json:"answer_by"`
	SignBy     time.Time `json:"sign_by"`
	Open       bool
	Closed     *struct {
		Party     agreement.Party
		Withdrawn bool
		Reason    string
	}
	SignedBy []agreement.Party `json:"signed_by"`
	Turn     []agreement.Party
	Next     string
	Points   []point
	Comments int `json:"open_comments"`
}

type point struct {
	Clause   agreement.Clause
	Title    string
	Terms    []struct{ Term, Was, Is string }
	Waits    []agreement.Party `json:"waits_for"`
	Rejected []struct {
		Party  agreement.Party
		Reason string
	} `json:"rejected_by"`
}

func negotiationPath(id string) string { return "/api/v1/agreements/" + id + "/negotiation" }

func standing(ctx context.Context, v *visit.Visitor, id string) (n negotiation, err error) {
	err = v.Call(ctx, http.MethodGet, negotiationPath(id), nil, &n)
	return n, err
}

var status = visit.Asking("negotiate status", "[--json]", "say where the negotiation stands, and whose turn it is", "", func(f *flag.FlagSet) {
	f.Bool("json", false, "print JSON")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	zone := visit.Clocks(ctx, c, id)
	var n negotiation
	shown, err := c.Show(ctx, env, f, http.MethodGet, negotiationPath(id), nil, &n)
	if err == nil && !shown {
		fmt.Fprint(env.Stdout, n.said(zone))
	}
	return err
})

// said is the negotiation for a terminal.
func (n negotiation) said(zone *time.Location) string {
	if n.Version == 0 {
		return "Nothing has been proposed.\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Version %d, proposed by %s on %s", n.Version, visit.Proposer(n.ProposedBy), terminal.Local(n.Proposed, zone))
	if n.Answers > 0 {
		fmt.Fprintf(&b, ", answers version %d", n.Answers)
	}
	if n.Remark != "" {
		fmt.Fprintf(&b, ": %s", terminal.Flatly(n.Remark))
	}
	b.WriteString("\n" + n.fate(zone) + "\n")
	if len(n.Points) > 0 {
		fmt.Fprintf(&b, "\n%s", terminal.Count(len(n.Points), "open point"))
		if n.Base > 0 {
			fmt.Fprintf(&b, "; compared with version %d", n.Base)
		}
		b.WriteString(":\n")
	}
	for _, p := range n.Points {
		p.print(&b)
	}
	if n.Comments > 0 {
		fmt.Fprintf(&b, "\n%s; `entente negotiate comments` prints what was said\n", terminal.Count(n.Comments, "open comment"))
	}
	return b.String()
}

// fate is what has become of the version, and what is to be done.
func (n negotiation) fate(zone *time.Location) string {
	turn := labels(n.Turn)
	switch {
	case len(n.SignedBy) == len(agreement.Both):
		return "Both parties have signed it."
	case n.Closed != nil && n.Closed.Withdrawn:
		return n.Closed.Party.Label() + " withdrew it. Either party may propose another." + because(n.Closed.Reason)
	case n.Closed != nil:
		return n.Closed.Party.Label() + " declined it. It is for " + turn + " to propose another." + because(n.Closed.Reason)
	case !n.Open:
		return "It has expired. Either party may propose another, or the same again."
	}
	said := "Signed by " + labels(n.SignedBy) + "."
	if !n.Expires.IsZero() {
		said += " It lapses at " + terminal.Until(n.Expires, zone) + "."
	}
	if n.First != "" && !slices.Contains(n.SignedBy, n.First) {
		said += " " + n.First.Label() + " signs first."
	}
	if !n.AnswerBy.IsZero() {
		said += " Clause 13.5 gives until " + terminal.Until(n.AnswerBy, zone) + " to answer."
	}
	if !n.SignBy.IsZero() {
		said += " Clause 13.5 lets both sign it until " + terminal.Until(n.SignBy, zone) + "."
	}
	switch n.Next {
	case "answer":
		return said + "\nIt is for " + turn + " to accept, reject, counter-propose or sign."
	case "propose":
		return said + "\nIt is for " + turn + " to propose another version."
	}
	return said + "\nNothing is open; it is for " + turn + " to sign."
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return "\nThe reason: " + terminal.Flatly(reason)
}

func (p point) print(b *strings.Builder) {
	fmt.Fprintf(b, "  %s, %s:", p.Clause.Cite(), p.Title)
	if len(p.Waits) > 0 {
		fmt.Fprintf(b, " waits for %s", labels(p.Waits))
	}
	for i, r := range p.Rejected {
		if i > 0 || len(p.Waits) > 0 {
			b.WriteString(";")
		}
		fmt.Fprintf(b, " rejected by %s: %s", r.Party.Label(), terminal.Flatly(r.Reason))
	}
	b.WriteString("\n")
	for _, t := range p.Terms {
		fmt.Fprintf(b, "    %s: %s -> %s\n", terminal.Flatly(t.Term), terminal.Stated(t.Was), terminal.Stated(t.Is))
	}
	if len(p.Terms) == 0 {
		b.WriteString("    no term differs; `entente negotiate redline` shows the words\n")
	}
}

func answerFlags(what string) func(*flag.FlagSet) {
	return func(f *flag.FlagSet) {
		f.Bool("all", false, what)
		f.Int("version", 0, "the `version` that you have read")
		f.String("reason", "", "`why`; the other party reads it")
	}
}

// read is the version that a person says they have read: nobody answers what they have not.
func read(f *flag.FlagSet) (int, error) {
	if v := f.Lookup("version").Value.(flag.Getter).Get().(int); v > 0 {
		return v, nil
	}
	return 0, terminal.Misusef("say --version: the number of the version that you have read; `entente negotiate status` says which is the last")
}

var accept = visit.Asking("negotiate accept", "CLAUSE... | --all --version N", "accept clauses of the version proposed last",
	"\nIt binds no one: only the signatures of both parties do.", answerFlags("every clause that waits for your party"),
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		version, err := read(f)
		if err != nil {
			return err
		}
		clauses := env.Args
		if terminal.Text(f, "all") == "true" {
			if clauses, err = waiting(ctx, c, id); err != nil {
				return err
			}
		}
		return answerClauses(ctx, env, c, id, version, clauses, true, terminal.Text(f, "reason"))
	})

// waiting are the clauses of which the visitor's party has said nothing.
func waiting(ctx context.Context, v *visit.Visitor, id string) ([]string, error) {
	n, err := standing(ctx, v, id)
	if err != nil {
		return nil, err
	}
	var me struct{ Party agreement.Party }
	if err := v.Call(ctx, http.MethodGet, "/api/v1/me", nil, &me); err != nil {
		return nil, err
	}
	var all []string
	for _, p := range n.Points {
		if slices.Contains(p.Waits, me.Party) {
			all = append(all, string(p.Clause))
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no clause of version %d waits for %s", n.Version, me.Party.Label())
	}
	return all, nil
}

func answerClauses(ctx context.Context, env *terminal.Env, c *visit.Visitor, id string, version int, clauses []string, accept bool, reason string) error {
	if len(clauses) == 0 {
		return terminal.Misusef("name clauses by their numbers, or --all")
	}
	body := map[string]any{"version": version, "clauses": clauses, "accept": accept}
	if reason != "" {
		body["reason"] = reason
	}
	return stand(ctx, env, c, id, "/answers", body)
}

// stand does something and says where the negotiation stands then.
func stand(ctx context.Context, env *terminal.Env, v *visit.Visitor, id, what string, body any) error {
	zone := visit.Clocks(ctx, v, id)
	var n negotiation
	if err := v.Call(ctx, http.MethodPost, negotiationPath(id)+what, body, &n); err != nil {
		return err
	}
	fmt.Fprint(env.Stdout, n.said(zone))
	return nil
}

var reject = visit.Asking("negotiate reject", "CLAUSE... | --all --version N --reason TEXT", "reject clauses of the version proposed last, or decline all of it",
	"\nA version that was declined can no longer be signed. A party that has signed it takes that back by declining,\nas long as the other has not signed.", answerFlags("decline the whole version"),
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		version, err := read(f)
		if err != nil {
			return err
		}
		reason := terminal.Text(f, "reason")
		if reason == "" {
			return terminal.Misusef("say the --reason; the other party reads it")
		}
		if terminal.Text(f, "all") == "true" {
			return stand(ctx, env, c, id, "/refusal", map[string]any{"version": version, "reason": reason})
		}
		return answerClauses(ctx, env, c, id, version, env.Args, false, reason)
	})

var withdraw = visit.Asking("negotiate withdraw", "--version N [--reason TEXT]", "withdraw the version that your party proposed", "", func(f *flag.FlagSet) {
	f.Int("version", 0, "the `version`")
	f.String("reason", "", "`why`; the other party reads it")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	version, err := read(f)
	if err != nil {
		return err
	}
	body := map[string]any{"version": version}
	if r := terminal.Text(f, "reason"); r != "" {
		body["reason"] = r
	}
	return stand(ctx, env, c, id, "/withdrawal", body)
})
