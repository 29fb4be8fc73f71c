package integration

import (
	"fmt"

	"entente/agreement"
	"entente/articles/performance"
	"entente/articles/technical"
)

// CheckTogether reports what Article 2 and its Schedules A and C say against each other.
func CheckTogether(t Terms, a technical.Terms, c performance.Terms, f agreement.Frame, found *agreement.Findings) {
	checkPerformance(t, c, found)
	checkFormats(t, a, found)
	for i, s := range a.Components {
		checkEnvironments(t, s, f, fmt.Sprintf("schedule_a.components[%d]", i), found)
	}
}

func checkPerformance(t Terms, c performance.Terms, found *agreement.Findings) {
	switch {
	case t.Standards.Performance && len(c.Levels) == 0:
		found.Add("performance-standard", "integration.standards.performance", "Schedule C binds, but it states no service level").Mend("add rows to schedule_c.levels, or do not choose performance")
	case !t.Standards.Performance && len(c.Levels) > 0:
		found.Add("performance-standard", "schedule_c.levels", "the service levels do not bind, because clause 2.3 does not choose performance").
			Mend("set integration.standards.performance to true, or delete the levels")
	}
}

func checkFormats(t Terms, a technical.Terms, found *agreement.Findings) {
	at := ""
	for i, s := range a.Components {
		if len(s.Formats) > 0 && at == "" {
			at = fmt.Sprintf("schedule_a.components[%d].formats", i)
		}
	}
	switch {
	case t.Standards.DataFormats && at == "":
		found.Add("format-standard", "integration.standards.data_formats", "the data formats of Schedule A bind, but it states none").Mend("add formats to the components of schedule_a, or do not choose data_formats")
	case !t.Standards.DataFormats && at != "":
		found.Add("format-standard", at, "the data formats do not bind, because clause 2.3 does not choose them").Mend("set integration.standards.data_formats to true, or delete the formats")
	}
}

// checkEnvironments compares the addresses of a component with the environments of clause 2.1.
func checkEnvironments(t Terms, s technical.Specification, f agreement.Frame, at string, found *agreement.Findings) {
	c, ok := f.Component(s.Component)
	if !ok || !c.By(agreement.API) || s.BaseURLs == (technical.BaseURLs{}) {
		return
	}
	for _, e := range []agreement.Environment{agreement.Test, agreement.Production} {
		switch given := s.BaseURLs.In(e) != ""; {
		case t.Access.To(e) && !given:
			found.Add("environment-url", at+".base_urls", "clause 2.1 gives access to %s, but nothing says where %s is served there", e, s.Component).Mend("add base_urls.%s", e)
		case !t.Access.To(e) && given:
			found.Add("environment-url", at+".base_urls."+string(e), "clause 2.1 gives no access to %s, so this address is not used", e).Mend("delete this line, or choose the environment in integration.access")
		}
	}
}
