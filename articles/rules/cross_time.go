package rules

import (
	"strings"

	"entente/agreement"
	"entente/articles/scope"
	"entente/articles/technical"
	"entente/calendar"
)

// crossTerm compares what is dated, or lasts for a time, with the term of clause 12.1.
func (a contract) crossTerm(f agreement.Frame, found *agreement.Findings) {
	end, fixed := a.Term.Ends(f.Effective())
	if !fixed {
		return
	}
	for _, from := range agreement.Both {
		until, ends := a.Property.Licensed(from).Ends(f.Effective())
		if ends && !until.After(end) {
			found.Add("licence-ends-early", "property.licences."+grantKey(from)+".term", "the licences of %s end on %s, before the initial term does on %s", from.Label(), until.AddDays(-1).Words(), end.Words()).
				Mend("leave the term out, or write at least %s", a.Term.Initial)
		}
	}
	for i, s := range a.ScheduleA.Components {
		if last, ends := lastSupported(s.Versions); ends && last.Before(end) {
			found.Add("version-ends-early", row("schedule_a.components", i)+".versions", "no version of %s is supported after %s, but the initial term lasts until %s", s.Component, last.Words(), end.Words()).
				Mend("agree in time which version follows, or leave until out for the newest")
		}
	}
	if a.Term.Renewal == nil {
		a.crossEndOfTerm(end, found)
	}
}

// crossEndOfTerm finds what lies after the end of an agreement that does not renew.
func (a contract) crossEndOfTerm(end calendar.Date, found *agreement.Findings) {
	for i, r := range a.Integration.Requirements {
		if r.Due.After(end) {
			found.Add("requirement-after-term", row("integration.requirements", i)+".due", "%q is due on %s, after the agreement has ended on %s", r.ID, r.Due.Words(), end.Words()).
				Mend("choose a date up to %s, or a longer term", end)
		}
	}
	for i, c := range a.Sharing.Training.Consents {
		if c.Until.After(end) {
			found.Add("consent-outlasts-term", row("sharing.training.consents", i)+".until", "the consent is written to last until %s, but it ends with the agreement on %s", c.Until.Words(), end.Words()).
				Mend("write a day up to %s, or agree the later use apart from this agreement", end)
		}
	}
}

// lastSupported is the last day on which any version is supported; false if one has no end.
func lastSupported(versions []technical.Version) (last calendar.Date, ends bool) {
	for _, v := range versions {
		if v.Until.IsZero() {
			return calendar.Date{}, false
		}
		if v.Until.After(last) {
			last = v.Until
		}
	}
	return last, len(versions) > 0
}

// crossExclusive compares the exclusivity of clause 1.3 with clauses 12.1 and 13.7.
func (a contract) crossExclusive(f agreement.Frame, found *agreement.Findings) {
	if a.Scope.Tier != scope.ExclusiveTier || a.Scope.Exclusive == nil {
		return
	}
	end, fixed := a.Term.Ends(f.Effective())
	if last := a.Scope.Exclusive.Ends(f.Effective()).AddDays(-1); fixed && last.After(end) {
		found.Add("exclusivity-outlasts-term", "scope.exclusive.duration", "the exclusivity lasts until %s, but the initial term ends on %s", last.Words(), end.Words()).
			Mend("write at most %s, or a longer initial term", a.Term.Initial)
	}
	if a.General.NonExclusivity.IndependentDevelopment {
		found.Add("exclusive-development", "general.non_exclusivity.independent_development", "clause 1.3 binds a party to be exclusive, but clause 13.7 lets it develop the same on its own").
			Mend("delete independent_development, unless both are meant")
	}
}

// crossRetention compares the retention of clause 3.1 with the end of the agreement.
func (a contract) crossRetention(f agreement.Frame, found *agreement.Findings) {
	end, fixed := a.Term.Ends(f.Effective())
	back := a.Term.ReturnBy(end)
	survives, e := a.Confidentiality.Survives, a.Term.Effects
	for i, d := range a.Sharing.Data {
		at := row("sharing.data", i) + ".retention"
		switch {
		case e.ReturnOrDestroy && fixed && !back.IsZero() && f.Effective().Add(d.Retention).After(back):
			found.Add("retention-beyond-return", at, "%s may be kept for %s, but clause 12.3 asks to return or destroy it by %s if the agreement ends with its initial term", d.Name, d.Retention.Words(), back.Words()).
				Mend("choose a shorter retention: clause 12.3 ends it in any case").Under("12.3")
		case !e.ReturnOrDestroy && !survives.IsZero() && d.Class != agreement.Synthetic && d.Retention.Shortest() > survives.Longest():
			found.Add("retention-unprotected", at, "%s may be kept for %s, but under clause 11.3 it is confidential for only %s after the end", d.Name, d.Retention.Words(), survives.Words()).
				Mend("choose a shorter retention or a longer confidentiality, or set term.effects.return_or_destroy to true").Under("11.3")
		}
	}
	if a.sharesPersonalData() && !e.ReturnOrDestroy {
		found.Add("data-unreturned", "term.effects.return_or_destroy", "personal data is shared, but nobody has to return or destroy it when the agreement ends").
			Mend("set term.effects.return_or_destroy to true, with return_within")
	}
}

// crossCures compares the times in which breaches are cured, and changes announced, across clauses.
func (a contract) crossCures(found *agreement.Findings) {
	cause := a.Term.Cause.MaterialBreach
	for _, cure := range []struct {
		at   string
		time calendar.Duration
	}{{"branding.trademarks.cure", a.Branding.Trademarks.Cure}, {"warranty.technology.cure_within", a.Warranty.Technology.CureWithin}} {
		if !cause.IsZero() && !cure.time.IsZero() && cure.time.Shortest() > cause.Longest() {
			found.Add("cure-outlasts-cause", cure.at, "a breach may be cured for %s, but after %s it may already be a cause to terminate under clause 12.2", cure.time.Words(), cause.Words()).
				Mend("choose at most %s, unless only breaches that are not material are meant", cause)
		}
	}
	change, model := a.ScheduleA.ChangeNotice, a.Compliance.AI.ModelChangeNotice
	if !change.IsZero() && !model.IsZero() && change.Longest() < model.Shortest() {
		found.Add("change-notice-short", "schedule_a.change_notice", "changes are announced %s ahead here, but changes of a model %s ahead under clause 8.1", change.Words(), model.Words()).
			Mend("write at least %s", model).Under("8.1")
	}
}

// crossEnd compares what ends the agreement, and what outlasts it, with Article 12.
func (a contract) crossEnd(found *agreement.Findings) {
	e, c := a.Term.Effects, a.Confidentiality
	if a.ScheduleC.Exit != nil && e.Transition.IsZero() {
		found.Add("exit-without-transition", "schedule_c.exit", "a party may leave after repeated misses, but clause 12.3 gives no transition, so its own service stops at once").
			Mend("give term.effects.transition, if the right to leave is to be used")
	}
	if a.ScheduleC.Exclusions.ForceMajeure && a.General.ForceMajeure.NotifyWithin.IsZero() {
		found.Add("force-majeure-unnotified", "schedule_c.exclusions.force_majeure", "failures by force majeure do not count, but clause 13.9 sets no time in which they are notified").
			Mend("give general.force_majeure.notify_within, for example P3D").Under("13.9")
	}
	lasts := !c.Survives.IsZero() || c.TradeSecrets
	if e.Survival.Confidentiality != lasts {
		found.Add("survival-contradicts", "term.effects.survival.confidentiality", "clause 12.3 says that confidentiality %s the end, clause 11.3 says that it %s", survives(e.Survival.Confidentiality), survives(lasts)).
			Mend("give confidentiality.survives and set term.effects.survival.confidentiality to true, or neither")
	}
	if a.Branding.Trademarks.Any() && !e.StopTrademarks {
		found.Add("trademarks-kept", "term.effects.stop_trademarks", "clause 5.2 allows uses of trademarks, and nothing ends them with the agreement").
			Mend("set term.effects.stop_trademarks to true")
	}
}

func survives(lasts bool) string {
	if lasts {
		return "survives"
	}
	return "does not survive"
}

// words is a key as a sentence says it: "output tokens".
func words(key string) string { return strings.ReplaceAll(key, "_", " ") }
