package warranty

import "entente/agreement"

// Check reports what is missing, contradictory, dangling or unwise in Article 9.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.Party.check(found)
	if len(f.Components) > 0 || !agreement.Blank(t.Technology) {
		t.Technology.check(found)
	}
	if t.Disclaimer.Omit {
		hint := "delete warranty.disclaimer if you want the clause"
		if t.Disclaimer.OmitReason == "" {
			hint = "delete warranty.disclaimer.omit, or say why in warranty.disclaimer.omit_reason"
		}
		found.Add("disclaimer-omitted", "warranty.disclaimer.omit", "clause 9.3 always binds in this template, and these terms leave it out").Mend("%s", hint)
	}
}

func (p Party) check(found *agreement.Findings) {
	if !p.Authority {
		found.Add("authority-unwarranted", "warranty.party.authority", "neither party warrants that it may enter into the agreement").
			Mend("set warranty.party.authority: true")
	}
	if !p.NoInfringement {
		found.Add("infringement-unwarranted", "warranty.party.no_infringement", "neither party warrants that what it contributes infringes no one’s rights").
			Mend("set warranty.party.no_infringement: true")
	}
	if p.Lawful || p.Accurate || p.NoInfringement {
		found.Add("warranties-by-people", "warranty.party", "software cannot test whether conduct is lawful, information is accurate or rights are infringed; the signatures show who promised it")
	}
}

func (t Technology) check(found *agreement.Findings) {
	ticked := t.AsDocumented || t.NoKnownDefects || t.MeetsSecurity
	switch {
	case !ticked:
		found.Add("technology-unwarranted", "warranty.technology", "no party warrants anything of its components").
			Mend("set warranty.technology.as_documented: true at least")
	case t.CureWithin.IsZero():
		found.Add("defect-cure-missing", "warranty.technology.cure_within", "a provider has no time in which to cure a defect").
			Mend("give warranty.technology.cure_within, for example P15D")
	case t.CureWithin.Longest() == 0:
		found.Add("defect-cure-missing", "warranty.technology.cure_within", "a time of %s leaves nothing in which to cure a defect", t.CureWithin.Words()).
			Mend("write a longer time, for example P15D")
	}
}
