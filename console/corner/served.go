package corner

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/margins"
	"entente/calendar"
	"entente/console/frame"
	"entente/console/plot"
	"entente/meter"
)

// How much a page shows of what was.
const (
	daysShown  = 30
	callsShown = 20
	callsDrawn = 100
)

// A limit is how far a limit of Schedule C is used.
type limit struct {
	Environment agreement.Environment
	Name        string
	Says        string // "120 of 1000 requests used, 3 held"
	Left        string
}

// A call is one of late, metered or refused.
type call struct {
	ID      string
	At      time.Time
	What    string // the operation, with the model or what it names
	Key     string
	In      string // the environment
	Status  margins.Status
	Outcome string
	Clause  agreement.Clause // that refused or ended it; empty if none did
}

// served fills in how the component serves. What cannot be read now is said to be so.
func (d *Desk) served(ctx context.Context, v *frame.Visit, b *body, live margins.Live) error {
	for _, l := range live.Levels {
		if l.Component == b.Name {
			b.Levels = append(b.Levels, l)
		}
	}
	for _, f := range d.Seen.Limits(v.View.Policy()) {
		if f.Component == b.Name {
			b.Limits = append(b.Limits, limit{f.Environment, f.Limit, fmt.Sprintf("%d of %d %s used, %d held for open calls", f.Used, f.Most, unit(f.Unit), f.Held), strconv.FormatInt(max(0, f.Most-f.Used-f.Held), 10)})
		}
	}
	made, refused, err := d.Seen.Recent(ctx, v.ID(), b.Name, callsDrawn)
	if err != nil {
		return err
	}
	b.Calls = calls(v, made, refused)
	if p, ok := latency(v, made); ok {
		b.Plots = append(b.Plots, p)
	}
	p, err := d.usage(ctx, v, b.Name)
	if err == nil {
		b.Plots = append(b.Plots, p)
	}
	return err
}

// unit is a unit of limits as people read it.
func unit(name string) string {
	if name == "open" {
		return "open calls"
	}
	return strings.ReplaceAll(name, "_minor", " (minor units)")
}

// usage is how many calls were made on each of the last days.
func (d *Desk) usage(ctx context.Context, v *frame.Visit, component string) (plot.Plot, error) {
	today := calendar.DateOf(v.Now.In(v.Zone))
	first := today.AddDays(1 - daysShown)
	sums, err := d.Seen.Summary(ctx, meter.Query{Agreement: string(v.ID()), Component: component, From: meter.Day(first.String()), To: meter.Day(today.String()), Zone: v.Zone})
	if err != nil {
		return plot.Plot{}, err
	}
	calls, all := map[meter.Day]int64{}, int64(0)
	for _, s := range sums {
		calls[s.Day] += s.Calls
		all += s.Calls
	}
	p := plot.Plot{ID: "usage", Title: "Calls by day", Over: "Day", Unit: "Calls", Bars: true,
		Summary: fmt.Sprintf("Metered calls of the last %d days, in test and in production: %d in all.", daysShown, all)}
	for i := range daysShown {
		day := first.AddDays(i)
		p.Points = append(p.Points, plot.Point{Name: day.Words(), Value: calls[meter.Day(day.String())]})
	}
	return p, nil
}

// latency is how long the last answers took to begin, the oldest first.
func latency(v *frame.Visit, made []meter.Record) (plot.Plot, bool) {
	p := plot.Plot{ID: "latency", Title: "Milliseconds to the first byte", Over: "Call", Unit: "Milliseconds", Say: milliseconds}
	var took []int64
	for _, r := range slices.Backward(made) {
		if r.Outcome == meter.OK && r.FirstByte > 0 {
			took = append(took, r.FirstByte.Microseconds())
			p.Points = append(p.Points, plot.Point{Name: r.Opened.In(v.Zone).Format("2 Jan, 15:04:05"), Value: r.FirstByte.Microseconds()})
		}
	}
	if len(took) == 0 {
		return p, false
	}
	slices.Sort(took)
	p.Summary = fmt.Sprintf("Of the last %s that went well: half began within %s ms, 95 in a hundred within %s ms.", frame.Counted(len(took), "call", "calls"),
		milliseconds(took[(len(took)-1)/2]), milliseconds(took[(len(took)*95+99)/100-1]))
	return p, true
}

func milliseconds(micro int64) string {
	return strings.TrimSuffix(strconv.FormatFloat(float64(micro)/1000, 'f', 1, 64), ".0")
}

// calls are the last of both, the newest first.
func calls(v *frame.Visit, made []meter.Record, refused []meter.Refused) []call {
	var all []call
	for _, r := range made {
		one := call{ID: r.ID.String(), At: r.Opened, What: what(r.Operation, r.Model, r.Item), Key: v.KeyName(r.Key), In: r.Environment, Clause: agreement.Clause(r.Clause)}
		one.Status, one.Outcome = margins.Good, fmt.Sprintf("answered with %d", r.Status)
		if r.Outcome != meter.OK {
			one.Status, one.Outcome = margins.Late, strings.ReplaceAll(string(cmp.Or(r.Outcome, meter.Outcome(r.State))), "_", " ")
		}
		all = append(all, one)
	}
	for _, r := range refused {
		all = append(all, call{r.ID, r.At, what(r.Operation, r.Model, r.Item), v.KeyName(r.Key), r.Environment, margins.Off, "refused with " + strconv.Itoa(r.Status) + ", " + r.Code, agreement.Clause(r.Clause)})
	}
	slices.SortFunc(all, func(a, b call) int { return b.At.Compare(a.At) })
	return all[:min(len(all), callsShown)]
}

// what is what a call asked for.
func what(operation, model, item string) string {
	return cmp.Or(strings.Join(strings.Fields(operation+" "+cmp.Or(item, model)), " "), "nothing that is known")
}
