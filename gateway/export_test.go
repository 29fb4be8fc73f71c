package gateway

// ReadAsk shows tests what the gateway reads of a body, and the body that it would send to ask for usage.
func ReadAsk(body []byte) (model string, stream bool, asking []byte, err error) {
	a, err := readAsk(body)
	return a.Model, a.stream, a.edit.apply(body), err
}

// Update reports whether tests are to write their files anew.
func Update() bool { return *update }
