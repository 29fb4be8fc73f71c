package compliance

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Schedule B.
func (s Security) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		{Number: "B.1", Title: "Transport", Blocks: s.Transport.words()},
		{Number: "B.2", Title: "Authentication", Blocks: s.authentication()},
		{Number: "B.3", Title: "Key rotation", Blocks: s.rotation()},
		{Number: "B.4", Title: "Certifications", Blocks: s.certifications()},
		{Number: "B.5", Title: "Assessments", Blocks: s.assessments()},
		{Number: "B.6", Title: "Encryption", Blocks: s.Encryption.words()},
		{Number: "B.7", Title: "Incident contacts", Blocks: s.contacts(f)},
	}
}

func (t Transport) words() []document.Block {
	return []document.Block{
		document.Para("Each Party shall protect data on its way between the Parties by %s or a later version.", t.Minimum.Label()),
		document.Ticks(
			document.Tick(t.ForwardSecrecy, "**Forward secrecy.** Each Party shall use only cipher suites with forward secrecy and authenticated encryption."),
			document.Tick(t.VerifyCertificates, "**Certificates.** Each Party shall check the certificate of the system that it calls and shall not send data if the certificate is not valid."),
		),
	}
}

func (s Security) authentication() []document.Block {
	var rows, rest [][]document.Text
	for _, a := range s.Authentication {
		var methods []string
		for _, m := range a.Methods {
			methods = append(methods, m.Label())
		}
		switch {
		case a.Component != "":
			rows = append(rows, document.Row(a.Component, document.Either(methods)))
		case len(s.Authentication) == 1:
			rest = append(rest, document.Row("every Component", document.Either(methods)))
		default:
			rest = append(rest, document.Row("every other Component", document.Either(methods)))
		}
	}
	rows = append(rows, rest...)
	return []document.Block{
		document.Para("A system that calls a Component must prove who it is by one of the methods in the following table."),
		document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Methods", Width: 5}}, rows),
	}
}

func (s Security) rotation() []document.Block {
	blocks := []document.Block{document.Para("Each Party shall replace its keys and client secrets at least once in every period of %s, and without delay if there is reason to suspect that someone else knows them.", s.KeyRotation.Words())}
	if s.KeysAtOnce > 0 {
		blocks = append(blocks, document.Para("A Party may hold no more than %s at once for the same component, environment, purpose and label.", document.Count(int64(s.KeysAtOnce), "live key")))
	}
	return blocks
}

func (s Security) certifications() []document.Block {
	var rows [][]document.Text
	for _, c := range s.Certifications {
		required, grace := "no", "does not apply"
		if c.Required {
			required, grace = "yes", "none"
		}
		if c.Required && !c.Grace.IsZero() {
			grace = c.Grace.Words()
		}
		rows = append(rows, document.Row(c.Name, c.holder(), c.covers(), until(c), required, grace))
	}
	if len(rows) == 0 {
		return []document.Block{document.Para("The Parties have agreed no certification.")}
	}
	return []document.Block{
		document.Grid([]document.Column{{Title: "Certification", Width: 4}, {Title: "Held by", Width: 3}, {Title: "Scope", Width: 5},
			{Title: "Valid until", Width: 3}, {Title: "Required", Width: 2}, {Title: "Grace", Width: 3}}, rows),
		document.Para("If a required certificate expires and the Party that must hold it shows no new one within the grace, keys for the production environment of the Components of that Party close until it does."),
	}
}

func (c Certification) holder() document.Text {
	switch c.Party {
	case "":
		return document.T("%s", "")
	case agreement.BothParties:
		return document.T("each Party")
	}
	return document.T("%s", c.Party.Label())
}

func (c Certification) covers() document.Text {
	return document.Stated(c.Scope, "the Components of that Party")
}

func until(c Certification) document.Text {
	return document.Stated(c.ValidUntil.Words(), "as its evidence states")
}

func (s Security) assessments() []document.Block {
	blocks := []document.Block{document.Para("The Parties have agreed no interval for security assessments.")}
	if !s.AssessmentInterval.IsZero() {
		blocks = []document.Block{document.Para("Where [[8.2]] requires security assessments, each Party shall carry one out at least once in every period of %s.", s.AssessmentInterval.Words())}
	}
	if s.Assessment != "" {
		blocks = append(blocks, document.Para("An assessment is: %s.", s.Assessment))
	}
	return blocks
}

func (e Encryption) words() []document.Block {
	blocks := []document.Block{document.Ticks(
		document.Tick(e.AtRest, "**Stored data.** Each Party shall encrypt the data of the other Party wherever it stores that data."),
		document.Tick(e.Backups, "**Backups.** Each Party shall encrypt backups that hold data of the other Party."),
	)}
	if e.Method != "" {
		blocks = append(blocks, document.Para("The method of encryption is %s or one that is at least as strong.", e.Method))
	}
	if e.Keys != "" {
		blocks = append(blocks, document.Para("Each Party shall keep its encryption keys as follows: %s.", e.Keys))
	}
	return blocks
}

func (s Security) contacts(f agreement.Frame) []document.Block {
	var rows [][]document.Text
	for _, p := range agreement.Both {
		for _, id := range s.IncidentContacts.Of(p) {
			name, email, phone := id, "", ""
			if who, ok := f.Person(id); ok {
				name, email, phone = who.Name, string(who.Email), who.Phone
			}
			rows = append(rows, document.Row(p.Label(), name, document.T("%s", email), document.Stated(phone, "not stated")))
		}
	}
	return []document.Block{
		document.Para("Each Party shall send notices of security incidents to the following people of the other Party. A Party may name others by notice."),
		document.Grid([]document.Column{{Title: "Party", Width: 2}, {Title: "Name", Width: 3}, {Title: "E-mail", Width: 5}, {Title: "Telephone", Width: 3}}, rows),
	}
}
