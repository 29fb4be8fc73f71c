package compliance

import (
	"fmt"
	"strings"
	"time"

	"entente/agreement"
	"entente/calendar"
)

const day = 24 * time.Hour

// Check reports what is missing, contradictory, dangling or unwise in Article 8.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.AI.check(found)
	t.AI.checkSystems(f, found)
	t.checkUnticked(found)
	if len(f.Components) > 0 || !agreement.Blank(t.Security) {
		t.Security.check(found)
	}
	t.Audit.check(found)
}

func (a AI) check(found *agreement.Findings) {
	if !a.ApplicableLaw {
		found.Add("ai-law-unticked", "compliance.ai.applicable_law", "the parties do not promise each other to comply with AI law").
			Mend("set compliance.ai.applicable_law: true")
	}
	if a.Information && a.InformationWithin.IsZero() {
		found.Add("information-without-time", "compliance.ai.information_within", "requests for information have no time in which to answer").
			Mend("give compliance.ai.information_within, for example P10D")
	}
	if a.CooperateWithRegulators {
		found.Add("regulators-by-people", "compliance.ai.cooperate_with_regulators", "only people can cooperate with an authority, and only they can judge whether a party did")
	}
	switch {
	case a.MaterialChanges && a.ModelChangeNotice.IsZero():
		found.Add("model-change-notice", "compliance.ai.model_change_notice", "a model could change on the day after its notice").
			Mend("give compliance.ai.model_change_notice; 30 days are usual")
	case a.Reacceptance.Longest() > a.ModelChangeNotice.Shortest():
		found.Add("reacceptance-long", "compliance.ai.reacceptance", "the other party may decide for %s, but the change may take effect %s after the notice", a.Reacceptance.Words(), shown(a.ModelChangeNotice)).
			Mend("write a reacceptance that is no longer than model_change_notice")
	}
}

func shown(d calendar.Duration) string {
	if d.IsZero() {
		return "no time"
	}
	return d.Words()
}

func (a AI) checkSystems(f agreement.Frame, found *agreement.Findings) {
	seen := map[string]bool{}
	for i, s := range a.Systems {
		at := fmt.Sprintf("compliance.ai.systems[%d]", i)
		found.Component(f, at+".component", s.Component)
		if seen[s.Component] {
			found.Add("system-twice", at+".component", "%s is listed twice", s.Component).Mend("keep one row per component")
		}
		seen[s.Component] = true
		if s.Class == HighRisk {
			found.Add("high-risk-system", at+".class", "%s is a high-risk system: as of 2026-11-01, Regulation (EU) 2024/1689 asks for a written agreement with its suppliers (Article 25(4)) and for reports of serious incidents within 15, 10 or 2 days (Article 73)", s.Component).
				Mend("agree in an attachment who gives which information, capabilities and access")
		}
	}
}

// checkUnticked reports terms that belong to a duty which is not chosen.
func (t Terms) checkUnticked(found *agreement.Findings) {
	a, d := t.AI, t.Security
	for _, one := range []struct {
		chosen, given bool
		key, of       string
	}{
		{a.ApplicableLaw, len(a.Laws) > 0, "ai.laws", "ai.applicable_law"},
		{a.Information, !a.InformationWithin.IsZero(), "ai.information_within", "ai.information"},
		{a.CooperateWithRegulators, !a.RegulatorsWithin.IsZero(), "ai.regulators_within", "ai.cooperate_with_regulators"},
		{a.MaterialChanges, !a.ModelChangeNotice.IsZero(), "ai.model_change_notice", "ai.material_changes"},
		{a.MaterialChanges, !a.Reacceptance.IsZero(), "ai.reacceptance", "ai.material_changes"},
		{d.NotifyIncidents, !d.IncidentNotice.IsZero(), "security.incident_notice", "security.notify_incidents"},
	} {
		if one.given && !one.chosen {
			found.Add("duty-unticked", "compliance."+one.key, "%s has no effect, because %s is not chosen", one.key, one.of).
				Under(clauseOf(one.key)).Mend("set compliance.%s: true or delete compliance.%s", one.of, one.key)
		}
	}
}

func clauseOf(key string) agreement.Clause {
	if strings.HasPrefix(key, "security.") {
		return "8.2"
	}
	return "8.1"
}

func (d Duties) check(found *agreement.Findings) {
	switch {
	case !d.NotifyIncidents:
		found.Add("incidents-untold", "compliance.security.notify_incidents", "neither party has to tell the other of a security incident").
			Mend("set compliance.security.notify_incidents: true")
	case !d.IncidentNotice.IsZero() && d.IncidentNotice.Longest() > 72*time.Hour:
		found.Add("incident-notice-late", "compliance.security.incident_notice", "notice of an incident may come after %s; as of 2026-11-01 the other party may itself have 72 hours to tell an authority (Regulation (EU) 2016/679, Article 33(1))", d.IncidentNotice.Words()).
			Mend("write 24 or 48 hours, for example PT24H")
	}
}

func (a Audit) check(found *agreement.Findings) {
	switch {
	case a.Omit:
		found.Add("audit-omitted", "compliance.audit.omit", "clause 8.3 always binds in this template, and these terms leave it out").
			Mend("%s", omitHint("compliance.audit", a.OmitReason))
	case a.Notice.IsZero():
		found.Add("audit-notice-missing", "compliance.audit.notice", "clause 8.3 needs the notice that a party gives before an audit").
			Mend("give compliance.audit.notice; 30 days are usual")
	case a.Notice.Longest() < day:
		found.Add("audit-notice-absurd", "compliance.audit.notice", "notice of %s leaves no time to prepare an audit", a.Notice.Words()).
			Mend("write at least a few days; 30 days are usual")
	case a.Notice.Shortest() > 90*day:
		found.Add("audit-notice-absurd", "compliance.audit.notice", "after notice of %s, an audit shows what was prepared for it", a.Notice.Words()).
			Mend("write at most 90 days; 30 days are usual")
	}
}

func omitHint(path, why string) string {
	if why == "" {
		return "delete " + path + ".omit, or say why in " + path + ".omit_reason"
	}
	return "delete " + path + ".omit and omit_reason if you want the clause"
}
