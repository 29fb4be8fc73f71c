package technical

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A Pattern is the address of a resource, or a template of such addresses in the manner of RFC 6570:
// {name} stands for one or more characters other than / ? and #, {+name} also for these, {/name} for a
// slash and {name}, and {?name,other} for a query or nothing. Whatever they stand for, an address
// that leads upwards (a segment .. or ., also percent-encoded) matches no template.
type Pattern struct {
	address string
	match   *regexp.Regexp // nil if the pattern is an address and no template
}

var errPattern = errors.New("write one address, or a template with {name}, {+name}, {/name} or {?name,other}")

var variable = regexp.MustCompile(`^([+/?&]?)[A-Za-z0-9_.]+(,[A-Za-z0-9_.]+)*$`)

// ParsePattern reads an address or an address template of at most 2,000 characters.
func ParsePattern(s string) (Pattern, error) {
	if s == "" || len(s) > 2000 {
		return Pattern{}, errPattern
	}
	if !strings.ContainsAny(s, "{}") {
		return Pattern{address: s}, nil
	}
	var expr strings.Builder
	for rest := s; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		name, behind, closed := strings.Cut(after, "}")
		kind := variable.FindStringSubmatch(name)
		if strings.Contains(literal, "}") || found && (!closed || kind == nil || strings.Contains(name, ",") && kind[1] != "?" && kind[1] != "&") {
			return Pattern{}, errPattern
		}
		expr.WriteString(regexp.QuoteMeta(literal))
		if found {
			expr.WriteString(expansions[kind[1]])
		}
		rest = behind
	}
	match, err := regexp.Compile(`^(?s:` + expr.String() + `)$`)
	if err != nil {
		return Pattern{}, errPattern
	}
	return Pattern{s, match}, nil
}

var expansions = map[string]string{"": `[^/?#]+`, "+": `.+`, "/": `/[^/?#]+`, "?": `(\?[^#]*)?`, "&": `(&[^#]*)?`}

// Literal reports whether the pattern is one address.
func (p Pattern) Literal() bool { return p.match == nil }

// Matches reports whether the pattern stands for an address.
func (p Pattern) Matches(address string) bool {
	if p.match == nil {
		return address == p.address
	}
	return len(address) <= 4096 && p.match.MatchString(address) && !leadsUpwards(address)
}

// leadsUpwards reports whether some reader of an address could take it for one that leaves its folder.
func leadsUpwards(address string) bool {
	for range 3 { // an address may have been encoded more than once
		parts := strings.FieldsFunc(address, func(c rune) bool { return strings.ContainsRune(`/\?#`, c) })
		if slices.Contains(parts, "..") || slices.Contains(parts, ".") || strings.ContainsRune(address, 0) {
			return true
		}
		plain, err := url.PathUnescape(address)
		if err != nil {
			return true
		}
		if plain == address {
			return false
		}
		address = plain
	}
	return true
}
