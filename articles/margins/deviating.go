package margins

import (
	"fmt"
	"strings"

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
	s.breachLines(m, live)
}

// breachLines say on which days answers were not as Schedule A has it, as the ledger tells.
func (s book) breachLines(m *Margin, live Live) {
	month := live.Now.In(s.Text().Frame().Zone()).Format("2006-01")
	for _, r := range s.Technical.Runs() {
		b := r.Last
		if strings.HasPrefix(b.Day, month) && m.Status != Late {
			if m.Status = Due; b.Environment == agreement.Production {
				m.Status = Late
			}
		}
		m.Details = append(m.Details, fmt.Sprintf("%s in %s: the %s was another than agreed (%s) on %s, last %s on %s", b.Component, b.Environment, b.Kind.Noun(), b.Agreed,
			counted(int64(r.Days), "day"), b.Answered, b.Day))
	}
}
