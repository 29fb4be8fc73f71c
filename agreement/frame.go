package agreement

import (
	"reflect"
	"time"

	"entente/calendar"
	"entente/money"
)

// Front is the front page: the agreement's identity, and what every clock and amount reads.
type Front struct {
	// The number that the parties give the partnership, as it is cited in letters and invoices.
	Number string `json:"number"`
	// The date of the agreement.
	Dated calendar.Date `json:"dated"`
	// The date from which the agreement is in force. Left out, it is the date of the agreement.
	Effective calendar.Date `json:"effective,omitzero"`
	// In an amendment, the date from which this version applies. The effective date stays what it was, because periods run
	// from it. Left out, this version applies from the effective date or, if later, from the last signature.
	Amended calendar.Date `json:"amended,omitzero"`
	// The time zone in which dates begin and end: an IANA name such as Europe/Berlin.
	TimeZone string `json:"time_zone"`
	// The business days of the parties, where a clause counts business days.
	Calendar BusinessCalendar `json:"calendar,omitzero"`
	// The currency of amounts that name none, as an ISO 4217 code.
	Currency money.Currency `json:"currency"`
	// The language of the agreement, as a BCP 47 tag. The wording of this template is English.
	Language string `json:"language,omitempty"`
	// Documents that are part of what is signed, by name and digest.
	Attachments []Attachment `json:"attachments,omitempty"`
}

// Blank reports whether nothing of an article, or of a part of it, is filled in.
func Blank(terms any) bool { return reflect.ValueOf(terms).IsZero() }

// BusinessCalendar says which days are business days.
type BusinessCalendar struct {
	// The days of the week on which the parties do not work, for example [saturday, sunday].
	Weekend []Weekday `json:"weekend,omitempty"`
	// Public holidays that count as non-working days, as dates.
	Holidays []calendar.Date `json:"holidays,omitempty"`
}

// Weekday is a day of the week in English, in lower case.
type Weekday string

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Values lists what a file may say.
func (Weekday) Values() []string { return weekdays }

// Business is the calendar to count business days with.
func (c BusinessCalendar) Business() calendar.Business {
	b := calendar.Business{Holidays: c.Holidays}
	for _, w := range c.Weekend {
		for i, name := range weekdays {
			if string(w) == name {
				b.Weekend = append(b.Weekend, time.Weekday(i))
			}
		}
	}
	return b
}

// Attachment is a document that is signed with the agreement.
type Attachment struct {
	// What the agreement calls the document.
	Name string `json:"name"`
	// The file's name beside the agreement file.
	File string `json:"file"`
	// The SHA-256 digest of the file, as sha256: and 64 hexadecimal digits.
	Digest string `json:"digest"`
	// The document's media type, for example application/pdf.
	MediaType string `json:"media_type,omitempty"`
}

// PartyTerms describe one party on the front page.
type PartyTerms struct {
	// The full legal name, with its legal form.
	Name string `json:"name"`
	// The name used in running text, where the legal name is long.
	ShortName string `json:"short_name,omitempty"`
	// The registered address.
	Address string `json:"address"`
	// The register and number under which the company is registered.
	Registration string `json:"registration,omitempty"`
	// The person whom the other party contacts first.
	Contact Contact `json:"contact"`
	// What the party provides to the partnership, in a sentence or less: "AI text summarisation".
	Provides string `json:"provides"`
	// The public key with which the party signs, where the parties have exchanged keys: ed25519: and base64.
	SigningKey string `json:"signing_key,omitempty"`
}

// Contact is how to reach someone.
type Contact struct {
	// The person's name.
	Name string `json:"name"`
	// The person's e-mail address.
	Email Email `json:"email"`
	// The person's telephone number, with the country's prefix.
	Phone string `json:"phone,omitempty"`
}

// Parties are the two sides of the agreement.
type Parties struct {
	// Party A.
	A PartyTerms `json:"a"`
	// Party B.
	B PartyTerms `json:"b"`
}

// Of is the party's terms.
func (p Parties) Of(which Party) PartyTerms {
	if which == B {
		return p.B
	}
	return p.A
}

// A Person acts for a party in the roles that clause 7.1 gives.
type Person struct {
	// A short name by which this file refers to the person: lower-case letters, digits and hyphens.
	ID string `json:"id"`
	// The party for which the person acts.
	Party Party `json:"party"`
	// The person's full name.
	Name string `json:"name"`
	// The person's job title.
	Title string `json:"title"`
	// The person's business e-mail address.
	Email Email `json:"email"`
	// The person's business telephone number.
	Phone string `json:"phone,omitempty"`
	// What the person does under the agreement. One person may have several roles.
	Roles []Role `json:"roles"`
}

// Has reports whether the person has a role.
func (p Person) Has(r Role) bool {
	for _, have := range p.Roles {
		if have == r {
			return true
		}
	}
	return false
}

// A Component is one piece of technology that a party brings (clause 1.2).
type Component struct {
	// The component's short name, used in addresses and in the rest of this file: lower-case letters, digits and hyphens.
	Name string `json:"name"`
	// What the component is, as people call it.
	Title string `json:"title"`
	// The party that provides it.
	Provider Party `json:"provider"`
	// How it is offered: by API, as an SDK, embedded, or several of these.
	Methods []Method `json:"methods"`
}

// By reports whether the component is offered by a method.
func (c Component) By(m Method) bool {
	for _, have := range c.Methods {
		if have == m {
			return true
		}
	}
	return false
}

// A Frame is what each article may know of the others: who, what and when.
type Frame struct {
	Front      Front
	Parties    Parties
	People     []Person
	Components []Component
}

// Component finds a component by name.
func (f Frame) Component(name string) (Component, bool) {
	for _, c := range f.Components {
		if c.Name == name {
			return c, true
		}
	}
	return Component{}, false
}

// Person finds a person by the file's name for them.
func (f Frame) Person(id string) (Person, bool) {
	for _, p := range f.People {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}

// Holders are the people who have a role for a party.
func (f Frame) Holders(p Party, r Role) []Person {
	var found []Person
	for _, who := range f.People {
		if who.Party == p && who.Has(r) {
			found = append(found, who)
		}
	}
	return found
}

// Effective is the date from which the agreement is in force.
func (f Frame) Effective() calendar.Date {
	if f.Front.Effective.IsZero() {
		return f.Front.Dated
	}
	return f.Front.Effective
}

// Applies is the date from which this version of the agreement applies, once all have signed it.
func (f Frame) Applies() calendar.Date {
	if f.Front.Amended.IsZero() {
		return f.Effective()
	}
	return f.Front.Amended
}

// Zone is the agreement's time zone; UTC if its name is unknown, which is a finding.
func (f Frame) Zone() *time.Location {
	zone, err := time.LoadLocation(f.Front.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
