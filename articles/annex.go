package articles

import (
	"errors"
	"fmt"
	"slices"

	"entente/articles/format"
	"entente/articles/openapi"
	"entente/articles/technical"
)

// An Annex is what the attachments of a version say about calls, read once. The terms name them, and the
// parties sign their digests.
type Annex struct {
	apis    map[string]*openapi.Table    // by component, where the protocol is http
	formats map[string]map[string]Format // by component, and by operation, tool or prompt
}

// A Format is the data format of an operation, a tool or a prompt: nil where any will do.
type Format struct{ Request, Response *format.Schema }

// API is the table of the operations of a component that speaks HTTP; nil of any other.
func (x *Annex) API(component string) *openapi.Table { return x.apis[component] }

// Formats are the data formats of a component, by operation, tool or prompt.
func (x *Annex) Formats(component string) map[string]Format { return x.formats[component] }

// ReadAnnex reads the attachments that Schedule A relies on; content gives an attachment by its
// digest. Attached content that cannot be read says nothing, so that nothing is allowed by it:
// Annexed tells what that is before anybody signs. It fails only if content does.
func ReadAnnex(a *Agreement, content func(digest string) ([]byte, error)) (*Annex, error) {
	x := &Annex{apis: map[string]*openapi.Table{}, formats: map[string]map[string]Format{}}
	for _, s := range a.ScheduleA.Components {
		x.formats[s.Component] = map[string]Format{}
		for _, row := range s.Formats {
			var f Format
			var err error
			if f.Request, err = a.schema(row.Request, content); err != nil && !errors.Is(err, format.ErrSchema) {
				return nil, err
			}
			if f.Response, err = a.schema(row.Response, content); err != nil && !errors.Is(err, format.ErrSchema) {
				return nil, err
			}
			x.formats[s.Component][row.Operation] = f
		}
		if s.Protocol != technical.HTTP {
			continue
		}
		document, err := a.attached(s.OpenAPI, content)
		if err != nil {
			return nil, err
		}
		described, _ := described(document)
		x.apis[s.Component] = openapi.NewTable(operationsOf(s.Operations, described))
	}
	return x, nil
}

// Annexed reports what is wrong with an attachment that Schedule A relies on, or with how it does.
func Annexed(a *Agreement, content func(digest string) ([]byte, error)) error {
	for _, s := range a.ScheduleA.Components {
		document, err := a.attached(s.OpenAPI, content)
		if err != nil {
			return err
		}
		operations, err := described(document)
		if err != nil {
			return fmt.Errorf("the attachment %q, the OpenAPI document of %s: %w", s.OpenAPI, s.Component, err)
		}
		for _, row := range s.Formats {
			for _, name := range []string{row.Request, row.Response} {
				if _, err := a.schema(name, content); err != nil {
					return fmt.Errorf("the attachment %q, a format of %s: %w", name, row.Operation, err)
				}
			}
		}
		if s.Protocol != technical.HTTP {
			continue
		}
		for _, o := range operationsOf(s.Operations, operations) {
			if o.Path == "" {
				return fmt.Errorf("Schedule A lists the operation %q of %s, which no OpenAPI document describes; attach one that does, or write method and path", o.Name, s.Component)
			}
			if err := openapi.CheckTemplate(o.Path); err != nil {
				return fmt.Errorf("Schedule A lists %q of %s: %w", o.Name, s.Component, err)
			}
		}
	}
	return nil
}

// attached is the content of an attachment by its name or file; nil if there is none of that name.
func (a *Agreement) attached(name string, content func(digest string) ([]byte, error)) ([]byte, error) {
	for _, at := range a.Agreement.Attachments {
		if name == "" || at.Name != name && at.File != name {
			continue
		}
		b, err := content(at.Digest)
		if err != nil {
			return nil, fmt.Errorf("reading the attachment %q: %w", at.Name, err)
		}
		return b, nil
	}
	return nil, nil
}

// schema is the format that an attachment describes; nil if none is named, and one that nothing has if it cannot be read.
func (a *Agreement) schema(name string, content func(digest string) ([]byte, error)) (*format.Schema, error) {
	text, err := a.attached(name, content)
	if name == "" || err != nil {
		return nil, err
	}
	s, err := format.Read(text)
	if err != nil {
		return format.Nothing, err
	}
	return s, nil
}

func described(document []byte) ([]openapi.Operation, error) {
	if document == nil {
		return nil, nil
	}
	return openapi.Read(document)
}

// operationsOf are the operations of an API under the names by which Schedule A lists them: those that are
// described, whether they are listed or not, and those that are listed by method and path only.
func operationsOf(listed []string, described []openapi.Operation) []openapi.Operation {
	all := slices.Clone(described)
	for _, name := range listed {
		i := slices.IndexFunc(all, func(o openapi.Operation) bool { return o.ID == name || o.Method+" "+o.Path == name })
		if i >= 0 {
			all[i].Name = name
			continue
		}
		all = append(all, openapi.Listed(name))
	}
	return all
}
