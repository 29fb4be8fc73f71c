package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/signing"
	"entente/calendar"
	"entente/cli/desk"
	"entente/cli/terminal"
	"entente/cli/visit"
	"entente/files"
)

// A chapter is a version that both have signed, as a node says it.
type chapter struct {
	Version    int
	ProposedBy agreement.Party `json:"proposed_by"`
	Proposed   time.Time
	Signatures []struct {
		Party agreement.Party
		Name  string
		At    time.Time
	}
	From    time.Time
	Until   time.Time
	Applies bool
	Clauses []agreement.Clause
	Terms   []struct {
		Clause        agreement.Clause
		Term, Was, Is string
	}
}

// A waiver is a clause that a party has set aside, as a node says it.
type waiver struct {
	ID        string
	Clause    agreement.Clause
	Component string
	Party     agreement.Party
	For       string
	Given     time.Time
	Until     time.Time
	Ended     time.Time
	Holds     bool
	Software  bool            `json:"software_keeps_clause"`
	Effect    []string        `json:"set_aside_for"`
	Waits     agreement.Party `json:"waits_for"`
}

type letter struct {
	ID      string
	Party   agreement.Party
	Given   time.Time
	Clauses []agreement.Clause
	Title   string
}

var historyCommand = visit.Asking("history", "[CLAUSE] [--json] | --version N [-o OUT.md|.html|.docx|.pdf|.yaml]", "say what the agreement, or a clause of it, said when, and who signed",
	`
Lists the versions that both parties signed, with what each changed and for how long it applies, and
what was set aside or added in side letters, and who passed the agreement on. With --version the version is rendered, in the words that
were proposed and signed; a .pdf of what both signed is the one that they signed, with their signatures.
A .yaml is the agreement file as it was proposed, with the documents that it attaches beside it: an
amendment begins with it.`,
	func(f *flag.FlagSet) {
		f.Bool("json", false, "print JSON")
		f.Int("version", 0, "the `version` to render")
		f.String("o", "", "the output `file` of --version")
		desk.FontFlag(f)
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if n := f.Lookup("version").Value.(flag.Getter).Get().(int); n != 0 {
			return renderVersion(ctx, env, f, c, id, n)
		}
		path := "/api/v1/agreements/" + id + "/history"
		if len(env.Args) > 0 {
			path += "?clause=" + url.QueryEscape(env.Args[0])
		}
		var raw []byte
		if err := c.Call(ctx, http.MethodGet, path, nil, &raw); err != nil {
			return err
		}
		if terminal.Text(f, "json") == "true" {
			_, err := fmt.Fprintf(env.Stdout, "%s\n", raw)
			return err
		}
		return printHistory(env, raw)
	})

func printHistory(env *terminal.Env, raw []byte) error {
	var answer struct {
		Items   []chapter
		Waivers []waiver
		Letters []letter
		Passed  []assignment `json:"assignments"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return fmt.Errorf("reading the node's answer: %w", err)
	}
	if len(answer.Items) == 0 {
		fmt.Fprintln(env.Stdout, "Both parties have signed nothing yet.")
	}
	for _, c := range answer.Items {
		fmt.Fprint(env.Stdout, c.said())
	}
	for _, w := range answer.Waivers {
		fmt.Fprintln(env.Stdout, w.said())
	}
	for _, l := range answer.Letters {
		fmt.Fprintf(env.Stdout, "%s side letter by %s on %s about %s: %s\n", l.ID, l.Party.Label(), terminal.Instant(l.Given), cited(l.Clauses), terminal.Flatly(l.Title))
	}
	for _, a := range answer.Passed {
		fmt.Fprintln(env.Stdout, a.said())
	}
	return nil
}

func (c chapter) said() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Version %d, from %s", c.Version, terminal.Instant(c.From))
	switch {
	case !c.Applies:
		b.WriteString(", never applied: another version came first")
	case !c.Until.IsZero():
		fmt.Fprintf(&b, " until %s", terminal.Instant(c.Until))
	}
	fmt.Fprintf(&b, "\n  proposed by %s on %s\n", visit.Proposer(c.ProposedBy), terminal.Instant(c.Proposed))
	for _, s := range c.Signatures {
		fmt.Fprintf(&b, "  signed for %s by %s on %s\n", s.Party.Label(), terminal.Flatly(terminal.Stated(s.Name)), terminal.Instant(s.At))
	}
	for _, t := range c.Terms {
		fmt.Fprintf(&b, "  %s: %s: %s -> %s\n", t.Clause.Cite(), terminal.Flatly(t.Term), terminal.Stated(t.Was), terminal.Stated(t.Is))
	}
	if len(c.Terms) == 0 && len(c.Clauses) > 0 {
		fmt.Fprintf(&b, "  other words in %s\n", cited(c.Clauses))
	}
	return b.String() + "\n"
}

func cited(clauses []agreement.Clause) string {
	var all []string
	for _, c := range clauses {
		all = append(all, c.Cite())
	}
	return strings.Join(all, ", ")
}

func (w waiver) said() string {
	what := w.Clause.Cite()
	if w.Component != "" {
		what += " for " + w.Component
	}
	said := fmt.Sprintf("%s %s, set aside by %s on %s until %s: %s", w.ID, what, w.Party.Label(), terminal.Instant(w.Given), terminal.Instant(w.Until), terminal.Flatly(w.For))
	switch {
	case !w.Ended.IsZero():
		said += fmt.Sprintf(" (ended on %s)", terminal.Instant(w.Ended))
	case !w.Holds:
		said += " (over)"
	}
	return said
}

// renderVersion writes a version in the words that were proposed; as .pdf, of one that was signed, the very PDF.
func renderVersion(ctx context.Context, env *terminal.Env, f *flag.FlagSet, v *visit.Visitor, id string, number int) error {
	kept, err := v.Proposed(ctx, id, number)
	if err != nil {
		return err
	}
	fonts, err := desk.Fonts(f)
	if err != nil {
		return err
	}
	out := terminal.Text(f, "o")
	switch kind := filepath.Ext(out); {
	case kind == ".yaml" || kind == ".yml":
		return desk.Unpack(env, out, kept.File, kept.Library)
	case kind == ".pdf" && kept.Signed():
		p, err := signing.Load(kept.Version, kept.Library)
		if err != nil {
			return err
		}
		return desk.WriteSigned(env, out, p)
	}
	var b strings.Builder
	switch err := desk.WriteDocument(&b, kept.Wording, kept.Terms.Moment(), kept.File, filepath.Ext(out), fonts, env.Stderr); {
	case errors.Is(err, desk.ErrForm):
		return terminal.Misusef("%q is %v: name a file that ends in .md, .html, .docx, .pdf or .yaml", filepath.Ext(out), err)
	case err != nil:
		return err
	}
	if out == "" || out == "-" {
		_, err := fmt.Fprint(env.Stdout, b.String())
		return err
	}
	return files.WriteFile(out, []byte(b.String()), 0o644)
}

var waiveCommand = visit.Asking("waive", "CLAUSE --for TEXT --until DAY [--component NAME]", "set a clause aside for a time: your party does not insist on it",
	`
It holds through the day given with --until, a year at most; what is to last longer is an amendment. Where
the software keeps the clause for your party, it refuses nothing under it until then; where it keeps it for
both, both set it aside. Clauses that serve the other party, or more than the two, cannot be set aside.`,
	func(f *flag.FlagSet) {
		f.String("for", "", "for `what`; the other party reads it")
		f.String("until", "", "the last `day`, as 2027-01-31")
		f.String("component", "", "only for this `component`")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 || terminal.Text(f, "for") == "" {
			return terminal.Misusef("name one clause by its number, and say --for what it is set aside")
		}
		until, err := lastMoment(ctx, f, c, id)
		if err != nil {
			return err
		}
		body := map[string]any{"clause": env.Args[0], "for": terminal.Text(f, "for"), "until": until}
		if name := terminal.Text(f, "component"); name != "" {
			body["component"] = name
		}
		var w waiver
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/waivers", body, &w); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, w.said())
		fmt.Fprint(env.Stdout, w.effect())
		return nil
	})

// effect is what the software makes of the waiver.
func (w waiver) effect() string {
	var b strings.Builder
	if !w.Software {
		b.WriteString("The software does not keep this clause; the waiver stands on the record.\n")
	}
	if len(w.Effect) > 0 {
		fmt.Fprintf(&b, "The software refuses nothing under it for %s until then.\n", terminal.Flatly(strings.Join(w.Effect, ", ")))
	}
	if w.Waits != "" {
		fmt.Fprintf(&b, "It has no effect before %s sets the clause aside, too.\n", w.Waits.Label())
	}
	return b.String()
}

// lastMoment is the end of the day of --until in the agreement's time zone.
func lastMoment(ctx context.Context, f *flag.FlagSet, v *visit.Visitor, id string) (time.Time, error) {
	day, err := calendar.ParseDate(terminal.Text(f, "until"))
	if err != nil {
		return time.Time{}, terminal.Misusef("--until: %v", err)
	}
	var a struct {
		TimeZone string `json:"time_zone"`
	}
	if err := v.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id, nil, &a); err != nil {
		return time.Time{}, err
	}
	zone, err := time.LoadLocation(a.TimeZone)
	if err != nil {
		return time.Time{}, fmt.Errorf("the agreement's time zone: %w", err)
	}
	return day.AddDays(1).In(zone).UTC(), nil
}

var waiverEnd = visit.Asking("waiver end", "WAIVER", "end a waiver of your party before its time", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one waiver by its id")
		}
		var w waiver
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/agreements/"+id+"/waivers/"+url.PathEscape(env.Args[0]), nil, &w); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, w.said())
		return nil
	})

var letterGive = visit.Asking("letter give", "FILE --title TEXT --clause CLAUSE[,CLAUSE]", "put a side letter of your party on record",
	"\nIt binds the party that gives it and changes no clause: an amendment does.", func(f *flag.FlagSet) {
		f.String("title", "", "what the letter is `about`")
		f.String("clause", "", "the `clauses` to which it belongs, by number, with commas between")
	}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 || terminal.Text(f, "title") == "" || terminal.Text(f, "clause") == "" {
			return terminal.Misusef("name the file, --title and --clause")
		}
		b, err := os.ReadFile(env.Args[0])
		if err != nil {
			return err
		}
		var l letter
		body := map[string]any{"title": terminal.Text(f, "title"), "clauses": strings.Split(terminal.Text(f, "clause"), ","), "text": string(b)}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/letters", body, &l); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s stands beside %s\n", l.ID, cited(l.Clauses))
		return nil
	})

var letterShow = visit.Asking("letter show", "LETTER", "print a side letter", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one letter by its id; `entente history` lists them")
		}
		var b []byte
		if err := c.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id+"/letters/"+url.PathEscape(env.Args[0]), nil, &b); err != nil {
			return err
		}
		_, err := env.Stdout.Write(b)
		return err
	})
