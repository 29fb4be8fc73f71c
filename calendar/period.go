package calendar

// Through is the last day of a period of years, months and days whose first day is d: the day before
// the one with the same number; where the last month has no such day, the last day of that month.
// One month from 1 December runs through 31 December, one from 31 January through the last day of
// February. A period of no days runs through the day before d. Hours and less are left out.
func (d Date) Through(p Duration) Date {
	same := d.AddMonths(12*p.Years + p.Months)
	if same.Day < d.Day {
		same = same.AddDays(1)
	}
	return same.AddDays(p.Days - 1)
}
