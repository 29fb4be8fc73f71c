package performance

import (
	"fmt"
	"slices"

	"entente/agreement"
	"entente/document"
)

func (p Terms) checkLimits(f agreement.Frame, found *agreement.Findings) {
	for i, l := range p.Limits {
		at := fmt.Sprintf("schedule_c.limits[%d]", i)
		found.Component(f, at+".component", l.Component)
		if c, ok := f.Component(l.Component); ok && !c.By(agreement.API) {
			found.Add("limit-idle", at+".component", "%s is not called by API, so nothing counts against this limit", l.Component).Mend("delete the row")
		}
		l.checkFigure(at, found)
		l.checkWindow(at, found)
		if l.Unit == Money && !l.Amount.IsZero() && f.Front.Currency != "" && l.Amount.Currency != f.Front.Currency {
			found.Add("limit-currency", at+".amount", "the limit is in %s, but the agreement’s currency is %s", l.Amount.Currency, f.Front.Currency).Mend("state the amount in %s", f.Front.Currency)
		}
		p.compare(i, found)
	}
	for _, c := range f.Components {
		open := !slices.ContainsFunc(p.Limits, func(l Limit) bool { return l.Component == c.Name && l.Environment == agreement.Production })
		if c.By(agreement.API) && open {
			found.Add("no-limit", "schedule_c.limits", "nothing limits the calls to %s in production", c.Name).Mend("add a row for %s, for example {requests: 100, window: PT1S}", c.Name)
		}
	}
}

// checkFigure holds that the one figure which belongs to the unit is given, above zero.
func (l Limit) checkFigure(at string, found *agreement.Findings) {
	figures := []struct {
		unit  Unit
		value int64
		given bool
	}{
		{Requests, l.Requests, l.Requests != 0}, {Tokens, l.Tokens, l.Tokens != 0},
		{Bytes, l.Bytes, l.Bytes != 0}, {Money, l.Amount.Minor, !l.Amount.IsZero()},
	}
	for _, x := range figures {
		key := string(x.unit)
		if x.unit == Money {
			key = "amount"
		}
		switch {
		case x.given && x.unit != l.Unit:
			found.Add("limit-figure", at+"."+key, "the limit is of %s, but this figure is of %s", l.Unit, x.unit).Mend("change the unit, or put the figure into a row of its own")
		case x.given && x.value <= 0:
			found.Add("limit-figure", at+"."+key, "a limit must be above zero").Mend("write a figure above zero; to close a component, leave it out of clause 1.2")
		case !x.given && x.unit == l.Unit && l.Concurrent == 0:
			found.Add("limit-figure", at, "the limit of %s has no figure", l.Unit).Mend("add %s, or concurrent", key)
		}
	}
	if l.Concurrent < 0 {
		found.Add("limit-figure", at+".concurrent", "a limit must be above zero").Mend("write a figure above zero, or delete this line")
	}
}

func (l Limit) checkWindow(at string, found *agreement.Findings) {
	window := l.Window.String()
	switch {
	case l.Quantity() != 0 && window == "":
		found.Add("limit-window", at, "nothing says in what time %d %s may be used", l.Quantity(), l.Unit).Mend("add window: PT1S, PT1M, PT1H, P1D or P1M")
	case window != "" && !known(window):
		found.Add("limit-window", at+".window", "limits are not counted in %s", l.Window.Words()).Mend("choose PT1S, PT1M, PT1H, P1D or P1M")
	case window != "" && l.Quantity() == 0 && l.Concurrent != 0:
		found.Add("limit-window", at+".window", "open calls are counted at every instant, not in a window").Mend("delete this line, or add a figure for %s", l.Unit)
	}
}

// compare finds a second row for the same count, and a limit over a longer time that a limit over a
// shorter time makes pointless, or the other way round.
func (p Terms) compare(i int, found *agreement.Findings) {
	l := p.Limits[i]
	at := fmt.Sprintf("schedule_c.limits[%d]", i)
	for j, o := range p.Limits {
		alike := o.Component == l.Component && o.Environment == l.Environment && o.Per == l.Per && o.Unit == l.Unit && o.Amount.Currency == l.Amount.Currency
		switch {
		case j == i || !alike || l.Quantity() <= 0 || o.Quantity() <= 0:
		case j < i && o.Window == l.Window:
			found.Add("limit-twice", at, "schedule_c.limits[%d] limits the same in the same time", j).Mend("keep one of the two rows")
		case l.Window.Longest() < o.Window.Shortest() && l.Quantity() > o.Quantity():
			found.Add("limit-order", at, "%s in %s can never be reached, because schedule_c.limits[%d] allows only %s in %s", document.Figure(l.Quantity()), each(l.Window), j, document.Figure(o.Quantity()), each(o.Window)).
				Mend("let the limit over the longer time be the larger one")
		}
	}
}
