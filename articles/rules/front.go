package rules

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/language"

	"entente/agreement"
	"entente/calendar"
	"entente/ledger/seal"
)

// checkFront reports what is wrong on the front page: identity, dates, calendar, parties.
func checkFront(f agreement.Frame, found *agreement.Findings) {
	checkDates(f.Front, found)
	checkCalendar(f.Front.Calendar, found)
	checkAttachments(f.Front.Attachments, found)
	checkParties(f.Parties, found)
	if l := f.Front.Language; l != "" {
		tag, err := language.Parse(l)
		base, _ := tag.Base()
		switch {
		case err != nil:
			found.Add("language-tag", "agreement.language", "%q is not a BCP 47 language tag", l).Mend("write for example en, en-GB or de")
		case base.String() != "en":
			found.Add("language-not-english", "agreement.language", "the wording of this template is English; the agreement says its language is %q", l).
				Mend("write en, or agree a translation outside this agreement and say which text prevails")
		}
	}
}

func checkDates(front agreement.Front, found *agreement.Findings) {
	if z := front.TimeZone; z != "" {
		if _, err := time.LoadLocation(z); err != nil || z == "Local" {
			found.Add("time-zone", "agreement.time_zone", "%q is not a time zone of the IANA database", z).Mend("write for example Europe/Berlin, America/New_York or UTC")
		}
	}
	if !front.Effective.IsZero() && !front.Dated.IsZero() && front.Effective.Before(front.Dated) {
		found.Add("effective-before-dated", "agreement.effective", "the agreement takes effect on %s, before its own date, %s", front.Effective, front.Dated).
			Mend("change one of the two dates, unless the parties want the agreement to reach back")
	}
	if start := (agreement.Frame{Front: front}).Effective(); !front.Amended.IsZero() && front.Amended.Before(start) {
		found.Add("amended-before-effective", "agreement.amended", "this version applies from %s, before the agreement takes effect on %s", front.Amended, start).
			Mend("leave agreement.effective as it is in the version that is amended, and choose a later date for agreement.amended")
	}
}

func checkCalendar(c agreement.BusinessCalendar, found *agreement.Findings) {
	weekend := map[agreement.Weekday]bool{}
	for _, w := range c.Weekend {
		weekend[w] = true
	}
	if len(weekend) == 7 {
		found.Add("no-business-day", "agreement.calendar.weekend", "every day of the week is a day off, so no business day ever comes").Mend("leave out the days on which the parties work")
	}
	seen := map[calendar.Date]bool{}
	for i, h := range c.Holidays {
		at := fmt.Sprintf("agreement.calendar.holidays[%d]", i)
		if seen[h] {
			found.Add("holiday-twice", at, "%s is listed twice", h).Mend("delete one of the two")
		}
		seen[h] = true
	}
}

func checkAttachments(all []agreement.Attachment, found *agreement.Findings) {
	names, files := map[string]bool{}, map[string]bool{}
	for i, a := range all {
		at := fmt.Sprintf("agreement.attachments[%d]", i)
		if _, err := seal.ParseDigest(a.Digest); a.Digest != "" && err != nil {
			found.Add("attachment-digest", at+".digest", "the digest of %q is not a SHA-256 digest", a.Name).
				Mend("write sha256: and the 64 hexadecimal digits that sha256sum prints for the file")
		}
		if a.File != "" && (path.IsAbs(a.File) || path.Clean(a.File) != a.File || strings.HasPrefix(a.File, "..") || strings.ContainsAny(a.File, `\:`)) {
			found.Add("attachment-file", at+".file", "%q is not the name of a file beside the agreement file", a.File).
				Mend("put the document beside the agreement file and write its name")
		}
		if a.Name != "" && names[a.Name] || a.File != "" && files[a.File] {
			found.Add("attachment-twice", at, "%q is attached twice", a.Name).Mend("give each document a name and a file of its own")
		}
		names[a.Name], files[a.File] = true, true
	}
}

func checkParties(p agreement.Parties, found *agreement.Findings) {
	if p.A.Name != "" && same(p.A.Name, p.B.Name) {
		found.Add("same-party-twice", "parties.b.name", "Party A and Party B are both %q", p.B.Name).Mend("name the other company; nobody can make an agreement with itself")
	}
	if p.A.Registration != "" && same(p.A.Registration, p.B.Registration) {
		found.Add("same-party-twice", "parties.b.registration", "Party A and Party B have the same registration").Mend("write the register and number of each company")
	}
	if p.A.ShortName != "" && same(p.A.ShortName, p.B.ShortName) {
		found.Add("same-short-name", "parties.b.short_name", "both parties are called %q in running text", p.B.ShortName).Mend("give each party a short name of its own")
	}
	for _, which := range agreement.Both {
		party, at := p.Of(which), "parties."+string(which)
		if _, err := seal.ParsePublicKey(party.SigningKey); party.SigningKey != "" && err != nil {
			found.Add("signing-key", at+".signing_key", "the signing key of %s is not an Ed25519 public key", which.Label()).
				Mend("write the line that entente identity shows, which begins with ed25519:")
		}
		if phone := party.Contact.Phone; phone != "" && !phoneForm.MatchString(phone) {
			found.Add("phone-prefix", at+".contact.phone", "the telephone number %q has no country prefix", phone).Mend("write for example +49 431 5550 142")
		}
	}
	if p.A.SigningKey != "" && p.A.SigningKey == p.B.SigningKey {
		found.Add("same-signing-key", "parties.b.signing_key", "both parties have the same signing key, so one could sign for the other").Mend("each party makes a key of its own and gives only the public key away")
	}
}

var phoneForm = regexp.MustCompile(`^\+[1-9][0-9 ()./-]{4,24}$`)

// same reports whether two names differ in nothing but case and spaces.
func same(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}
