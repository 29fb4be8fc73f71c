package branding

import (
	"fmt"
	"regexp"
	"time"

	"entente/agreement"
)

var shortName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Check reports what is missing, contradictory, dangling or unwise in Schedule E.
func (b Brand) Check(f agreement.Frame, found *agreement.Findings) {
	for i, g := range b.Guidelines {
		g.check(f, found, fmt.Sprintf("schedule_e.guidelines[%d]", i))
	}
	seen := map[string]bool{}
	for i, a := range b.Assets {
		at := fmt.Sprintf("schedule_e.assets[%d]", i)
		if a.ID != "" && seen[a.ID] {
			found.Add("asset-twice", at+".id", "two brand assets have the id %s", a.ID).Mend("give each asset an id of its own")
		}
		seen[a.ID] = true
		a.check(found, at)
	}
	if len(b.Wording) > 0 {
		found.Add("brand-wording", "schedule_e.wording", "whether the agreed wording is used is for people to see; nothing measures it")
	}
}

func (g Guideline) check(f agreement.Frame, found *agreement.Findings, at string) {
	if g.Attachment == "" && g.URL == "" {
		found.Add("guideline-source", at, "nobody can tell where “%s” is to be read", g.Title).
			Mend("name an attachment of the front page or give a url")
	}
	known := g.Attachment == ""
	for _, a := range f.Front.Attachments {
		known = known || a.Name == g.Attachment
	}
	if !known {
		found.Add("guideline-attachment", at+".attachment", "%q is not an attachment of the front page", g.Attachment).
			Mend("add it to agreement.attachments, or correct the name")
	}
}

func (a Asset) check(found *agreement.Findings, at string) {
	if a.ID != "" && !shortName.MatchString(a.ID) {
		found.Add("asset-id", at+".id", "%q is not an id", a.ID).Mend("use lower-case letters, digits and single hyphens, for example calluna-logo")
	}
	if a.Digest != "" && !digestForm.MatchString(a.Digest) {
		found.Add("asset-digest", at+".digest", "%q is not a SHA-256 digest", a.Digest).
			Mend("write sha256: and 64 hexadecimal digits in lower case, as sha256sum prints them")
	}
	if a.MinimumPixels < 0 || a.MinimumMillimetres < 0 || a.Kind.Drawn() && a.MinimumPixels == 0 && a.MinimumMillimetres == 0 {
		found.Add("asset-size", at, "%s has no smallest size, so it may be shown too small to be read", a.Title).
			Mend("give minimum_pixels, minimum_millimetres or both, above zero")
	}
}

// Check reports what is missing, contradictory, dangling or unwise in Schedule F.
func (l Leads) Check(f agreement.Frame, found *agreement.Findings) {
	if l.absent() {
		return
	}
	l.checkAnswer(found)
	l.checkStages(found)
	if l.Fees != nil && l.Fees.Earned == OnSignature {
		found.Add("fee-before-payment", "schedule_f.fees.earned", "the fee is earned when the customer signs, even if it never pays").
			Mend("choose first_payment or each_payment")
	}
}

func (l Leads) checkAnswer(found *agreement.Findings) {
	const at = "schedule_f.response_days"
	switch {
	case l.ResponseDays < 1:
		found.Add("lead-response", at, "a lead cannot be answered within %d business days", l.ResponseDays).
			Mend("write a number of business days from 1 up, for example 5")
	case l.ResponseDays > 20:
		found.Add("lead-response-slow", at, "a lead may wait for %d business days; few customers do", l.ResponseDays).
			Mend("choose 20 or fewer, for example 5")
	}
	if l.Silence == SilenceAccepts && !l.KnownExcluded {
		found.Add("lead-silence", "schedule_f.silence", "an unanswered lead is accepted, even if the customer is already known").
			Mend("choose rejected or escalated, or write known_excluded: true")
	}
	if !l.Exclusivity.IsZero() && l.Exclusivity.Longest() < time.Duration(l.ResponseDays)*24*time.Hour {
		found.Add("lead-exclusivity", "schedule_f.exclusivity", "a lead is reserved for %s, less than the time to answer it", l.Exclusivity.Words()).
			Mend("choose a window in which a customer can be won, for example P90D")
	}
}

func (l Leads) checkStages(found *agreement.Findings) {
	seen := map[string]bool{}
	for i, s := range l.Stages {
		at := fmt.Sprintf("schedule_f.stages[%d].id", i)
		if s.ID != "" && !shortName.MatchString(s.ID) {
			found.Add("stage-id", at, "%q is not an id", s.ID).Mend("use lower-case letters, digits and single hyphens, for example technical-validation")
		}
		if s.ID != "" && seen[s.ID] {
			found.Add("stage-twice", at, "two stages have the id %s", s.ID).Mend("give each stage an id of its own")
		}
		seen[s.ID] = true
	}
	for _, end := range []Outcome{Won, Lost} {
		if !l.ends(end) {
			found.Add("stage-ends", "schedule_f.stages", "no stage ends a lead as %s", end).Mend("add a stage with outcome: %s", end)
		}
	}
}
