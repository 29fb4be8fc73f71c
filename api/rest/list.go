package rest

import (
	"net/http"
	"slices"

	"entente/agreement"
)

// A Page says which part of a list is asked for.
type Page struct {
	After string `query:"after" maxLength:"200" doc:"next of the page before; from the beginning, if it is not said."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"The most to list."`
}

// A Part is what an answer has of a list.
type Part[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"What to give as after for the next page, also of a page that a filter left empty; absent on the last."`
}

// A List is an answer with a part of a list.
type List[T any] struct{ Body Part[T] }

// A Whole is an answer with a list that has no pages, because the agreement itself bounds it.
type Whole[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}

// WholeOf answers with a whole list.
func WholeOf[T any](all []T) *Whole[T] {
	var out Whole[T]
	out.Body.Items = all
	return &out
}

// Cut answers with the page of a list that is asked for, of those items that are to be kept. An item is
// found again by its id, so that a page goes on behind it though it is not kept any more.
func Cut[T any](all []T, p Page, id func(T) string, keep func(T) bool) (*List[T], error) {
	if p.After != "" {
		i := slices.IndexFunc(all, func(one T) bool { return id(one) == p.After })
		if i < 0 {
			return nil, Invalid("query.after", "the list has nothing of this id; take next of the page before")
		}
		all = all[i+1:]
	}
	var out List[T]
	for _, one := range all {
		switch {
		case !keep(one):
		case len(out.Body.Items) == p.Limit:
			out.Body.Next = id(out.Body.Items[p.Limit-1])
			return &out, nil
		default:
			out.Body.Items = append(out.Body.Items, one)
		}
	}
	return &out, nil
}

// Is is how a filter of a list compares: what is not asked for is not compared.
func Is[A, F ~string](asked A, found F) bool { return asked == "" || string(asked) == string(found) }

// AskedClause reads the clause that a list is asked about; empty for any.
func AskedClause(name string) (agreement.Clause, error) {
	if name == "" {
		return "", nil
	}
	clause, err := agreement.ParseClause(name)
	if err != nil {
		return "", Invalid("query.clause", err.Error())
	}
	return clause, nil
}

// A Place is where operations stand that belong together: below one path and under one tag.
type Place struct {
	Path, Tag string
	Whose     Whose // empty: Both
}

// Everyone is whoever has a role in the agreement.
var Everyone = []string{Anyone}

// Read is an operation for everyone that changes nothing.
func (p Place) Read(below, id, summary, about string) Operation {
	return Operation{Method: http.MethodGet, Path: p.Path + below, ID: id, Tag: p.Tag, Whose: p.Whose, Roles: Everyone, Summary: summary, About: about}
}

// Write is an operation that adds something.
func (p Place) Write(below, id string, roles []string, summary, about string) Operation {
	return Operation{Method: http.MethodPost, Path: p.Path + below, ID: id, Tag: p.Tag, Whose: p.Whose, Roles: roles, Summary: summary, About: about, Status: http.StatusCreated}
}

// End is an operation that ends something.
func (p Place) End(below, id string, roles []string, summary, about string) Operation {
	return Operation{Method: http.MethodDelete, Path: p.Path + below, ID: id, Tag: p.Tag, Whose: p.Whose, Roles: roles, Summary: summary, About: about}
}

// For gives a reading to those of some roles alone.
func (o Operation) For(roles ...string) Operation {
	o.Roles = roles
	return o
}

// On says on whose things the operation acts.
func (o Operation) On(w Whose) Operation {
	o.Whose = w
	return o
}

// Signing says that whom a signatory has let sign may call the operation as well.
func (o Operation) Signing() Operation {
	o.Signs = true
	return o
}

// As makes the answer another kind of text than JSON.
func (o Operation) As(media string) Operation {
	o.Media = media
	return o
}
