package negotiation

import (
	"context"
	"fmt"

	"entente/api/rest"
	"entente/articles/changes"
	"entente/articles/signing"
	"entente/document"
	"entente/document/markdown"
	"entente/document/redline"
	"entente/register"
)

type redlineInput struct {
	rest.Of
	Old int `path:"old" minimum:"1" doc:"The number of the version that was."`
	New int `path:"new" minimum:"1" doc:"The number of the version that is compared with it."`
}

type redlineAnswer struct {
	Body struct {
		Terms []changedTerm `json:"terms" doc:"In the order of the agreement."`
		Text  string        `json:"text" doc:"The changed text in Markdown."`
	}
}

func (t *Table) redline(_ context.Context, v rest.Visit, in *redlineInput) (*redlineAnswer, error) {
	old, err := t.wording(v.View, in.Old)
	if err != nil {
		return nil, err
	}
	new, err := t.wording(v.View, in.New)
	if err != nil {
		return nil, err
	}
	var out redlineAnswer
	for _, c := range changes.Between(*v.View.State.Texts[in.Old-1], *v.View.State.Texts[in.New-1]) {
		out.Body.Terms = append(out.Body.Terms, changedTerm{c.Clause, c.Path, c.Old, c.New})
	}
	out.Body.Text = string(markdown.Redline(redline.Compare(old, new), document.Table{}))
	return &out, nil
}

// wording is a version as it was worded when it was proposed.
func (t *Table) wording(v *register.View, number int) (document.Document, error) {
	if number > len(v.State.Life.Versions) {
		return document.Document{}, register.ErrUnknown
	}
	p, err := signing.Load(v.State.Life.Versions[number-1], t.Documents)
	if err != nil {
		return document.Document{}, err
	}
	d, err := p.Document()
	if err != nil {
		return d, fmt.Errorf("reading the wording of version %d: %w", number, err)
	}
	return d, nil
}
