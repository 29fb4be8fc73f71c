package margins

import (
	"fmt"

	"entente/agreement"
)

// Deviating are the calls of a component that were not as agreed, and passed all the same.
type Deviating struct {
	Component    string
	Environment  agreement.Environment
	Request      int64 // the request had not the format of clause 2.3
	Response     int64 // the answer had not the format of clause 2.3
	Undocumented int64 // the answer was of a kind that the provider does not document
	OtherModel   int64 // another model answered than the one that is pinned
}

func (s book) formatsMargin(m *Margin, live Live) {
	t := s.Text()
	if !t.Integration.Standards.DataFormats {
		m.Status, m.Fact = Off, "No data formats are chosen"
		return
	}
	m.Status, m.Fact = Good, counted(live.Refused[m.Clause], "call")+" refused under this clause"
	formats := 0
	for _, c := range t.ScheduleA.Components {
		formats += len(c.Formats)
	}
	m.Details = append(m.Details, counted(int64(formats), "data format")+" in Schedule A")
	for _, d := range live.Deviating {
		if d.Request+d.Response > 0 {
			m.Details = append(m.Details, fmt.Sprintf("%s in %s: %s and %s reported", d.Component, d.Environment, counted(d.Request, "request"), counted(d.Response, "answer")))
		}
	}
}

func (s book) documentedMargin(m *Margin, live Live) {
	total := int64(0)
	for _, d := range live.Deviating {
		if total += d.Undocumented; d.Undocumented > 0 {
			m.Details = append(m.Details, fmt.Sprintf("%s in %s: %s", d.Component, d.Environment, counted(d.Undocumented, "answer")))
		}
	}
	m.Status, m.Fact = Good, counted(total, "answer")+" this month of a kind that is not documented"
}

// modelsMargin adds to the margin of Schedule A which calls another model answered than the pinned one.
func (s book) modelsMargin(m *Margin, live Live) {
	for _, d := range live.Deviating {
		if d.OtherModel == 0 {
			continue
		}
		m.Details = append(m.Details, fmt.Sprintf("%s in %s: another model than the pinned one gave %s this month", d.Component, d.Environment, counted(d.OtherModel, "answer")))
		if m.Status = Due; d.Environment == agreement.Production {
			m.Status = Late
		}
	}
}
