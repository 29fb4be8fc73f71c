package gateway

import (
	"entente/articles/technical"
	"entente/gateway/strictjson"
)

// ReadAsk shows tests what the gateway reads of a body, and the body that it would send to ask for usage.
func ReadAsk(body []byte) (model string, stream bool, asking []byte, err error) {
	a, err := readAsk(body, nil)
	return a.Model, a.stream, strictjson.Apply(body, a.edit), err
}

// Update reports whether tests are to write their files anew.
func Update() bool { return *update }

// UnitsAt shows tests how many units an answer states at a place.
func UnitsAt(body []byte, pointer string) (int64, bool) {
	u := unitReading{where: technical.Counted{Pointer: pointer}}
	_, _ = u.Write(body)
	return u.stated()
}
