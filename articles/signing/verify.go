package signing

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/document/pdf"
	"entente/document/pdf/archive"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// Verify checks everything that can be checked without a ledger: that terms, wording and Markdown
// are what the manifest says, and each signature. It goes on after a failure.
func (p Package) Verify() []bundle.Verdict { return p.verify("%s has not signed.") }

// verify is Verify; lacking says what is so where the signature of a party is not there.
func (p Package) verify(lacking string) []bundle.Verdict {
	m, err := p.Read()
	if err != nil {
		return []bundle.Verdict{{Subject: "The manifest", Why: err.Error() + "."}}
	}
	verdicts := []bundle.Verdict{matches("The terms", p.Terms, m.Terms)}
	if p.Wording != nil || !p.Foreign() { // a PDF carries it as pages only
		verdicts = append(verdicts, matches("The wording", p.Wording, m.Wording), matches("The wording as Markdown", []byte(p.Markdown), m.Markdown))
	}
	if m.PDF != nil {
		verdicts = append(verdicts, matches("The PDF", p.PDF, *m.PDF))
	}
	verdicts = append(verdicts, p.remade(m)...)
	signed := map[agreement.Party]bool{}
	for _, s := range p.Signatures {
		st, err := p.VerifySignature(s)
		v := bundle.Verdict{Subject: "The signature of " + st.Party.Label(), OK: err == nil}
		if err != nil {
			v.Why = strings.TrimPrefix(err.Error(), "the signature of "+st.Party.Label()+": ") + "."
		} else {
			v.Why = st.signedBy()
			signed[st.Party] = true
		}
		verdicts = append(verdicts, v)
	}
	for _, party := range agreement.Both {
		if !signed[party] && !slices.ContainsFunc(verdicts, func(v bundle.Verdict) bool { return v.Subject == "The signature of "+party.Label() }) {
			verdicts = append(verdicts, bundle.Verdict{Subject: "The signature of " + party.Label(), Why: fmt.Sprintf(lacking, party.Label())})
		}
	}
	return append(verdicts, p.sealedVerdicts()...)
}

// Foreign reports whether another release made the package than this one, with another template or
// another way to set its PDF. It is then verified against what it carries.
func (p Package) Foreign() bool {
	m, err := p.Read()
	return err == nil && (m.Template.String() != articles.CurrentTemplate().Digest || m.Press != "" && m.Press != pdf.Press)
}

// remade holds wording and pages to what this release makes of the terms. Those of another release
// are not made anew: what was signed is what binds.
func (p Package) remade(m Manifest) []bundle.Verdict {
	fresh := Package{}
	a, err := p.Agreement()
	if err == nil && !p.Foreign() {
		fresh, err = Bind(*a, m.Previous)
	}
	verdicts := []bundle.Verdict{p.worded(m, fresh, err)}
	if m.PDF != nil {
		verdicts = append(verdicts, p.pressed(m, fresh, err))
	}
	return verdicts
}

func (p Package) worded(m Manifest, fresh Package, err error) bundle.Verdict {
	const subject = "The template"
	current := articles.CurrentTemplate()
	switch {
	case err != nil:
		return bundle.Verdict{Subject: subject, Why: err.Error() + "."}
	case m.Template.String() != current.Digest:
		name := "a template that this release does not know"
		if t, known := articles.TemplateOf(m.Template.String()); known {
			name = "template " + t.Name
		}
		return bundle.Verdict{Subject: subject, OK: true, Why: fmt.Sprintf("It was worded by %s; this release has template %s and words it differently. What was signed is what binds.", name, current.Name)}
	case p.Foreign():
		a, _ := p.Agreement()
		if wording, err := canonical.Marshal(a.Complete().Wording()); err == nil {
			fresh.Wording = wording
		}
	}
	if p.Wording != nil && !bytes.Equal(fresh.Wording, p.Wording) {
		return bundle.Verdict{Subject: subject, Why: fmt.Sprintf("the wording is not what template %s, which the manifest names, makes of the terms.", current.Name)}
	}
	return bundle.Verdict{Subject: subject, OK: true, Why: fmt.Sprintf("The wording is what template %s makes of the terms.", current.Name)}
}

func (p Package) pressed(m Manifest, fresh Package, err error) bundle.Verdict {
	v := bundle.Verdict{Subject: "The pages"}
	switch {
	case err != nil:
		v.Why = err.Error() + "."
	case p.Foreign():
		v.OK, v.Why = true, fmt.Sprintf("They were set by another release (%s), and are not made anew here. What was signed is what binds.", m.Press)
	default:
		if same, err := archive.SamePages(p.PDF, fresh.PDF); err != nil {
			v.Why = err.Error() + "."
		} else if v.OK = same; same {
			v.Why = "They show what this release makes of the terms."
		} else {
			v.Why = "They do not show what this release, which set them as the manifest says, makes of the terms."
		}
	}
	return v
}

func matches(subject string, b []byte, want seal.Digest) bundle.Verdict {
	if got := seal.Sum(b); got != want {
		return bundle.Verdict{Subject: subject, Why: fmt.Sprintf("%v: the manifest says %s, these bytes are %s.", ErrAltered, want, got)}
	}
	return bundle.Verdict{Subject: subject, OK: true, Why: "As the manifest says, " + want.String() + "."}
}
