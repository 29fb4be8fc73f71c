package openapi

import (
	"mime"
	"strconv"
	"strings"
)

// Documents reports whether the document says that the operation answers with a status and a content
// type. An operation that describes no answers, or none for the status but any media type, leaves it open.
func (o *Operation) Documents(status int, contentType string) bool {
	if len(o.Answers) == 0 {
		return true
	}
	a, ok := o.answer(strconv.Itoa(status))
	if !ok {
		return false
	}
	if len(a.Media) == 0 || contentType == "" {
		return true
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	for _, want := range a.Media {
		want, _, _ = strings.Cut(want, ";")
		family, all := strings.CutSuffix(strings.TrimSpace(want), "/*")
		if want == "*/*" || media == strings.TrimSpace(want) || all && strings.HasPrefix(media, family+"/") {
			return true
		}
	}
	return false
}

// answer is what the document says of a status: by itself, by its class, or by default.
func (o *Operation) answer(status string) (Answer, bool) {
	for _, key := range []string{status, status[:1] + "XX", "DEFAULT"} {
		for _, a := range o.Answers {
			if a.Status == key {
				return a, true
			}
		}
	}
	return Answer{}, false
}
