// Package commerce is Article 6: who pays whom how much for what, at which prices, and when.
package commerce

import (
	"embed"
	"slices"

	"entente/agreement"
	"entente/calendar"
	"entente/money"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this article.
var Rules = agreement.MustRules(pages, "rules")

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Article 6 in the agreement file.
type Terms struct {
	// How revenue is shared (clause 6.1).
	Revenue Revenue `json:"revenue"`
	// Who sets which prices (clause 6.2).
	Pricing Pricing `json:"pricing,omitzero"`
	// When and how amounts are paid (clause 6.3).
	Payment Payment `json:"payment"`
}

// Complete writes out what the file may leave out: a price without a batch is for one unit, and
// net revenue without a list of deductions is after taxes, refunds and service credits.
func (t Terms) Complete() Terms {
	r := &t.Revenue
	r.Deductions = r.deductions()
	r.Licensing = slices.Clone(r.Licensing)
	for i, l := range r.Licensing {
		if l.Unit.Metered() {
			r.Licensing[i].Per = l.per()
		}
	}
	return t
}

// Revenue is clause 6.1.
type Revenue struct {
	// Either shared (one or more of the models below) or none (no direct sharing of revenue).
	Model Model `json:"model"`
	// Revenue shares. For licensing fees, a row without a component is for every component that has no row of its own.
	Shares []Share `json:"shares,omitempty"`
	// What is taken off gross revenue to make net revenue. Left out, it is taxes, refunds and service credits.
	Deductions []Deduction `json:"deductions,omitempty"`
	// Fees for referring a customer that the other party wins.
	Referral *Referral `json:"referral,omitempty"`
	// Fees for using a component, owed by the party that uses it to the party that provides it.
	Licensing []Licence `json:"licensing,omitempty"`
	// Use in the test environment is charged as use in production is. Left out, tests are free of charge.
	ChargeTest bool `json:"charge_test,omitempty"`
}

// Model is whether revenue is shared at all.
type Model string

// The models of clause 6.1.
const (
	Shared Model = "shared"
	None   Model = "none"
)

// Values lists what a file may say.
func (Model) Values() []string { return []string{"shared", "none"} }

// Share is a revenue share.
type Share struct {
	// The component whose revenue is shared, by its name in clause 1.2. Left out, the row is not tied to one component.
	Component string `json:"component,omitempty"`
	// Whether gross revenue is shared, or net revenue: what is left of it after the deductions.
	Base Base `json:"base"`
	// The revenue that is shared: fees are the licensing fees of this clause, which are measured; sales are what a party reports.
	Of Source `json:"of"`
	// What the revenue is, in words, where it is reported sales: "subscriptions to the joint reader".
	Description string `json:"description,omitempty"`
	// The share of Party A.
	A money.Percent `json:"a"`
	// The share of Party B. Both shares together are 100%.
	B money.Percent `json:"b"`
}

// Base is gross or net.
type Base string

// The bases of a revenue share.
const (
	Gross Base = "gross"
	Net   Base = "net"
)

// Values lists what a file may say.
func (Base) Values() []string { return []string{"gross", "net"} }

// Source is where the shared revenue comes from.
type Source string

// The sources of shared revenue.
const (
	Fees  Source = "fees"
	Sales Source = "sales"
)

// Values lists what a file may say.
func (Source) Values() []string { return []string{"fees", "sales"} }

// Deduction is something that net revenue is free of.
type Deduction string

// The deductions from gross revenue.
const (
	Taxes       Deduction = "taxes"
	Refunds     Deduction = "refunds"
	Credits     Deduction = "credits"
	Chargebacks Deduction = "chargebacks"
	PaymentFees Deduction = "payment_fees"
)

// Values lists what a file may say.
func (Deduction) Values() []string {
	return []string{"taxes", "refunds", "credits", "chargebacks", "payment_fees"}
}

func (r Revenue) deductions() []Deduction {
	if len(r.Deductions) == 0 {
		return []Deduction{Taxes, Refunds, Credits}
	}
	return r.Deductions
}

// Referral is a fee for a referred customer.
type Referral struct {
	// A fixed fee for each customer won.
	Flat money.Amount `json:"flat,omitzero"`
	// A percentage of the net revenue collected from the customer in the first twelve months.
	FirstYear money.Percent `json:"first_year,omitzero"`
	// Percentages by the revenue of the first twelve months, from the lowest threshold up, instead of one percentage.
	Tiers []ReferralTier `json:"tiers,omitempty"`
	// The most that one customer's referral costs.
	Cap money.Amount `json:"cap,omitzero"`
	// The components whose customers count, by their names in clause 1.2. Left out, all of them count.
	Components []string `json:"components,omitempty"`
	// How long after the customer's first payment the fee is returned, in proportion, if the customer leaves.
	Clawback calendar.Duration `json:"clawback,omitzero"`
}

// ReferralTier is the percentage of the part of the revenue that lies above a threshold.
type ReferralTier struct {
	// The revenue of the first twelve months above which the percentage applies, up to the next row's threshold.
	From money.Amount `json:"from"`
	// The percentage of that part of the revenue.
	Fee money.Percent `json:"fee"`
}

// Licence is a fee for a component: per unit of use, or per period.
type Licence struct {
	// The component, by its name in clause 1.2.
	Component string `json:"component"`
	// What is counted: requests, kinds of tokens, bytes, units of the provider's own (Schedule A), or a period.
	Unit Unit `json:"unit"`
	// How many units the price is for: 1000000 for a price per million tokens. Left out, it is one.
	Per int64 `json:"per,omitempty"`
	// The price of that many units, or of one period.
	Price money.Rate `json:"price"`
	// Other prices by volume in a calendar month, from the lowest threshold up.
	Tiers []PriceTier `json:"tiers,omitempty"`
}

// PriceTier is the price of every unit above a threshold in a calendar month, up to the next
// threshold. Units below it keep the price they had.
type PriceTier struct {
	// The number of units in the calendar month above which the price applies.
	From int64 `json:"from"`
	// The price, for as many units as the row's first price is for.
	Price money.Rate `json:"price"`
}

// Unit is what a licence fee counts.
type Unit string

// The units of a licence fee. Token kinds are disjoint: input is what was not read from a cache.
const (
	Requests     Unit = "requests"
	InputTokens  Unit = "input_tokens"
	CachedTokens Unit = "cached_tokens"
	OutputTokens Unit = "output_tokens"
	Bytes        Unit = "bytes"
	Units        Unit = "units" // the provider's own, by Schedule A
	Month        Unit = "month"
	Year         Unit = "year"
)

// Values lists what a file may say.
func (Unit) Values() []string {
	return []string{"requests", "input_tokens", "cached_tokens", "output_tokens", "bytes", "units", "month", "year"}
}

// Metered reports whether the gateway counts the unit.
func (u Unit) Metered() bool { return u != Month && u != Year }

// Pricing is clause 6.2.
type Pricing struct {
	// Each party sets the prices of its own products.
	OwnPrices bool `json:"own_prices,omitempty"`
	// The parties agree the price of what they offer jointly by a decision (clause 7.2).
	JointPrice bool `json:"joint_price,omitempty"`
	// The joint prices that are agreed with this agreement. Later ones are decisions.
	JointPrices []JointPrice `json:"joint_prices,omitempty"`
	// Neither party offers jointly below the other's direct price.
	NoUndercutting bool `json:"no_undercutting,omitempty"`
}

// JointPrice is an agreed price of something that the parties offer jointly.
type JointPrice struct {
	// What is offered, as customers know it.
	Solution string `json:"solution"`
	// The price.
	Price money.Rate `json:"price"`
	// What the price is for: "each seat and month".
	For string `json:"for"`
	// What Party A charges a customer directly for its part, where it offers that part alone.
	DirectA money.Rate `json:"direct_a,omitzero"`
	// What Party B charges a customer directly for its part, where it offers that part alone.
	DirectB money.Rate `json:"direct_b,omitzero"`
}

// Payment is clause 6.3.
type Payment struct {
	// How many days after the date of the invoice payment is due.
	NetDays int `json:"net_days"`
	// The currency of prices and invoices, as an ISO 4217 code.
	Currency money.Currency `json:"currency"`
	// How payment is made: "bank transfer to the account on the invoice".
	Method string `json:"method,omitempty"`
	// Interest on late payment, per year.
	LateInterest money.Percent `json:"late_interest,omitzero"`
	// The day of the following month on which a month is invoiced.
	InvoicingDay int `json:"invoicing_day"`
	// Amounts that the parties owe each other for the same month are set off; only the difference is paid.
	Netting bool `json:"netting,omitempty"`
	// The amount below which nothing is invoiced; it is carried forward to the next month.
	Minimum money.Amount `json:"minimum,omitzero"`
	// How long after receipt a party may dispute an invoice.
	DisputeWindow calendar.Duration `json:"dispute_window"`
	// What the parties say about taxes.
	TaxNotes string `json:"tax_notes,omitempty"`
}
