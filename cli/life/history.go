package life

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/signing"
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
		For   string
		Whom  string `json:"for_name"`
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

var history = visit.Asking("history", "[CLAUSE] [--json] | --version N [-o OUT.md|.html|.docx|.pdf|.yaml]", "say what the agreement, or a clause of it, said when, and who signed",
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
		zone := visit.Clocks(ctx, c, id)
		var p past
		shown, err := c.Show(ctx, env, f, http.MethodGet, path, nil, &p)
		if err == nil && !shown {
			p.print(env.Stdout, zone)
		}
		return err
	})

// A past is what was agreed when, as a node says it.
type past struct {
	Items   []chapter
	Waivers []waiver
	Letters []letter
	Passed  []assignment `json:"assignments"`
}

func (p past) print(w io.Writer, zone *time.Location) {
	if len(p.Items) == 0 {
		fmt.Fprintln(w, "Both parties have signed nothing yet.")
	}
	for _, c := range p.Items {
		fmt.Fprint(w, c.said(zone))
	}
	for _, aside := range p.Waivers {
		fmt.Fprintln(w, aside.said(zone))
	}
	for _, l := range p.Letters {
		fmt.Fprintf(w, "%s side letter by %s on %s about %s: %s\n", l.ID, l.Party.Label(), terminal.Local(l.Given, zone), cited(l.Clauses), terminal.Flatly(l.Title))
	}
	for _, a := range p.Passed {
		fmt.Fprintln(w, a.said(zone))
	}
}

func (c chapter) said(zone *time.Location) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Version %d, from %s", c.Version, terminal.Local(c.From, zone))
	switch {
	case !c.Applies:
		b.WriteString(", never applied: another version came first")
	case !c.Until.IsZero():
		fmt.Fprintf(&b, " until %s", terminal.Local(c.Until, zone))
	}
	fmt.Fprintf(&b, "\n  proposed by %s on %s\n", visit.Proposer(c.ProposedBy), terminal.Local(c.Proposed, zone))
	for _, s := range c.Signatures {
		who := terminal.Flatly(terminal.Stated(s.Name))
		if s.For != "" {
			who += ", in place of " + terminal.Flatly(cmp.Or(s.Whom, s.For))
		}
		fmt.Fprintf(&b, "  signed for %s by %s on %s\n", s.Party.Label(), who, terminal.Local(s.At, zone))
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
