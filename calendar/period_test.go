package calendar

import "testing"

func TestThrough(t *testing.T) {
	tests := []struct{ name, first, period, want string }{
		{"a month from the first is the whole month", "2026-12-01", "P1M", "2026-12-31"},
		{"a month in the middle", "2026-12-15", "P1M", "2027-01-14"},
		{"from 31 January to the end of February", "2027-01-31", "P1M", "2027-02-28"},
		{"from 30 January to the end of February", "2027-01-30", "P1M", "2027-02-28"},
		{"from 29 January to the end of February", "2027-01-29", "P1M", "2027-02-28"},
		{"from 31 January in a leap year", "2028-01-31", "P1M", "2028-02-29"},
		{"two years that end with February in a leap year", "2026-03-01", "P24M", "2028-02-29"},
		{"a year from 29 February", "2028-02-29", "P1Y", "2029-02-28"},
		{"four years from 29 February", "2028-02-29", "P4Y", "2032-02-28"},
		{"thirty days count the first", "2026-12-01", "P30D", "2026-12-30"},
		{"months and days", "2026-12-01", "P1M10D", "2027-01-10"},
		{"no days", "2026-12-01", "P0D", "2026-11-30"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			first, err := ParseDate(test.first)
			if err != nil {
				t.Fatal(err)
			}
			period, err := ParseDuration(test.period)
			if err != nil {
				t.Fatal(err)
			}
			if got := first.Through(period).String(); got != test.want {
				t.Errorf("%s through %s = %s, want %s", test.first, test.period, got, test.want)
			}
		})
	}
}
