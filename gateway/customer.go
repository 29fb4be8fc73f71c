package gateway

// readCustomer reads whom the caller serves: an identifier of its own choice. It is kept as it is sent,
// so that it has to be one that tells nobody else anything. What an access token claims is the word of
// the party's own issuer, and a header does not change it.
func (c *call) readCustomer() *refusal {
	named, n := c.in.Find("Entente-Customer")
	switch {
	case c.claimed == nil && n == 0:
		return nil
	case n > 1 || n == 1 && !customerLike(named):
		return refuse(customerUnclear, "", "The header Entente-Customer takes one identifier of 1 to 64 printable ASCII characters; choose one that tells nobody else who the customer is.")
	case c.claimed == nil:
		c.customer = named
	case !customerLike(*c.claimed):
		return refuse(customerUnclear, "", "The claim entente_customer of the access token takes one identifier of 1 to 64 printable ASCII characters.")
	case n == 1 && named != *c.claimed:
		return refuse(customerUnclear, "12.4", "The header Entente-Customer names another customer than the access token, whose claim entente_customer counts: leave the header out.")
	default:
		c.customer = *c.claimed
	}
	return nil
}

// customerLike reports whether a text can name a customer.
func customerLike(name string) bool {
	return name != "" && len(name) <= 64 && printable(name) == name
}
