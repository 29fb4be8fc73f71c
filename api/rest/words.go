package rest

import (
	"strings"

	"github.com/danielgtaylor/huma/v2/validation"
)

// lacking begins what is said of a member that is not there; its name follows.
const lacking = "needed: "

// What is wrong with a request is said to people, and says what to write instead.
func init() {
	validation.MsgUnexpectedProperty = "there is nothing of this name here"
	validation.MsgExpectedRequiredProperty = lacking + "%s"
	validation.MsgExpectedRFC3339DateTime = "write a time as 2026-12-01T09:00:00Z (RFC 3339)"
	validation.MsgExpectedRFC3339Date = "write a day as 2026-12-01"
	validation.MsgExpectedBoolean = "write true or false"
	validation.MsgExpectedNumber = "write a number"
	validation.MsgExpectedInteger = "write a whole number"
	validation.MsgExpectedString = "write a text"
	validation.MsgExpectedArray = "write a list"
	validation.MsgExpectedObject = "write an object"
	validation.MsgExpectedArrayItemsUnique = "name each once"
	validation.MsgExpectedOneOf = "write one of %s"
	validation.MsgExpectedMinimumNumber = "write at least %v"
	validation.MsgExpectedMaximumNumber = "write at most %v"
	validation.MsgExpectedMinLength = "write something: the least length is %d"
	validation.MsgExpectedMaxLength = "write less: the greatest length is %d"
	validation.MsgExpectedMatchPattern = "write what %s matches"
	validation.MsgExpectedMinItems = "name at least %d"
	validation.MsgExpectedMaxItems = "name at most %d"
}

// faultAt is a fault as the frame found it; a member that is not there is where it should be.
func faultAt(location, message string) Fault {
	if name, ok := strings.CutPrefix(message, lacking); ok {
		return Fault{clip(location + "." + name), "it is needed"}
	}
	return Fault{clip(location), message}
}
