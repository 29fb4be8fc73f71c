package money

// A Posting says that one party owes the other an amount, and why.
type Posting struct {
	Debtor   string // "a" or "b"
	Creditor string
	Amount   Amount
	Clause   string // "6.1"
	Why      string // in words: "licence fee for summarise, 1,204,331 input tokens"
}
