package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"time"
	"unicode"
	"unicode/utf8"

	"entente/agreement"
	"entente/articles/policy"
	"entente/egress"
	"entente/meter"
	"entente/quota"
	"entente/wire"
)

// The codes of problems that do not come from the policy.
const (
	noSuchOperation  policy.Code = "no-such-operation"
	methodNotAllowed policy.Code = "method-not-allowed"
	bodyInvalid      policy.Code = "body-invalid"
	bodyTooLarge     policy.Code = "body-too-large"
	bodyTooSlow      policy.Code = "body-too-slow"
	lengthRequired   policy.Code = "length-required"
	frameInvalid     policy.Code = "frame-invalid"
	noTunnel         policy.Code = "websocket-unavailable"
	formatViolated   policy.Code = "format-violated"
	mediaType        policy.Code = "media-type"
	purposeUnknown   policy.Code = "purpose-unknown"
	customerUnclear  policy.Code = "customer-unclear"
	classUnknown     policy.Code = "data-class-unknown"
	rateExceeded                 = quota.RateExceeded
	quotaExceeded                = quota.QuotaExceeded
	tooManyOpen                  = quota.TooManyOpen
	notMetered       policy.Code = "not-metered"
	tooLong          policy.Code = "call-too-long"
	noUpstream       policy.Code = "no-upstream"

	headerMismatch     policy.Code = "header-mismatch"
	versionUnsupported policy.Code = "protocol-version-unsupported"
	noSuchMethod       policy.Code = "no-such-method"
	sessionUnknown     policy.Code = "session-unknown"
	originNotListed    policy.Code = "origin-not-listed"

	upstreamUnreachable policy.Code = "upstream-unreachable"
	upstreamTimeout     policy.Code = "upstream-timeout"
	upstreamRefused     policy.Code = "upstream-refused"
	upstreamRedirected  policy.Code = "upstream-redirected"
	upstreamFailed      policy.Code = "upstream-failed"
	upstreamBroke       policy.Code = "upstream-broke-off"
	upstreamDown        policy.Code = "upstream-down"
	answerTooLarge      policy.Code = "answer-too-large"
	answerNotAgreed     policy.Code = "answer-not-as-agreed"
)

// kinds says for each code what status it has, what it is called, and which class of error AI
// clients take it for.
var kinds = map[policy.Code]struct {
	status int
	title  string
	class  string
}{
	policy.Withheld:         {503, "The agreement is read-only", "api_error"},
	policy.KeyInvalid:       {401, "The key does not open this component", "authentication_error"},
	policy.NotInForce:       {403, "The agreement is not in force", "permission_error"},
	policy.AgreementEnded:   {403, "The agreement has ended", "permission_error"},
	policy.IsSuspended:      {403, "The component is suspended", "permission_error"},
	policy.WrongComponent:   {403, "The key is for another component", "permission_error"},
	policy.ProductionClosed: {403, "Production is not open", "permission_error"},
	policy.Uncertified:      {403, "A required certificate has expired", "permission_error"},
	policy.NoLicence:        {403, "There is no licence", "permission_error"},
	policy.NotListed:        {403, "The operation is not listed", "permission_error"},
	policy.ModelNotListed:   {403, "The model is not listed", "permission_error"},
	policy.ModelMissing:     {400, "The request names no model", "invalid_request_error"},
	policy.CustomerNew:      {403, "The customer is new", "permission_error"},
	policy.PurposeForbidden: {403, "The purpose is not permitted", "permission_error"},
	policy.ClassNotCovered:  {403, "The data class is not covered", "permission_error"},

	policy.ToolNotListed:     {403, "The tool is not listed", "permission_error"},
	policy.ResourceNotListed: {403, "The resource is not listed", "permission_error"},
	policy.PromptNotListed:   {403, "The prompt is not listed", "permission_error"},
	originNotListed:          {403, "The web origin is not listed", "permission_error"},
	headerMismatch:           {400, "The headers and the body differ", "invalid_request_error"},
	versionUnsupported:       {400, "The version of the protocol is not supported", "invalid_request_error"},
	noSuchMethod:             {404, "There is no such method", "not_found_error"},
	sessionUnknown:           {404, "There is no such session", "not_found_error"},

	noSuchOperation:  {404, "There is no such operation", "not_found_error"},
	methodNotAllowed: {405, "The method is not allowed", "invalid_request_error"},
	bodyInvalid:      {400, "The request cannot be read", "invalid_request_error"},
	bodyTooLarge:     {413, "The request is too large", "request_too_large"},
	bodyTooSlow:      {408, "The request came too slowly", "invalid_request_error"},
	frameInvalid:     {400, "The WebSocket's frames cannot be read", "invalid_request_error"},
	noTunnel:         {400, "The connection cannot become a WebSocket", "invalid_request_error"},
	formatViolated:   {400, "The request has not the agreed format", "invalid_request_error"},
	lengthRequired:   {411, "The request does not state its length", "invalid_request_error"},
	mediaType:        {415, "The request is not plain JSON", "invalid_request_error"},
	classUnknown:     {400, "The data class is not known", "invalid_request_error"},
	purposeUnknown:   {400, "The purpose is not known", "invalid_request_error"},
	customerUnclear:  {400, "The customer is not named clearly", "invalid_request_error"},
	rateExceeded:     {429, "The rate limit is reached", "rate_limit_error"},
	quotaExceeded:    {429, "The quota is used up", "rate_limit_error"},
	tooManyOpen:      {429, "Too many calls are open", "rate_limit_error"},
	notMetered:       {503, "The call cannot be metered", "api_error"},
	tooLong:          {504, "The call took too long", "api_error"},
	noUpstream:       {503, "The component is not connected", "api_error"},

	upstreamUnreachable: {502, "The provider's service cannot be reached", "api_error"},
	upstreamTimeout:     {504, "The provider's service was too slow", "api_error"},
	upstreamRefused:     {502, "The provider's service did not accept the node", "api_error"},
	upstreamRedirected:  {502, "The provider's service sent the call elsewhere", "api_error"},
	upstreamFailed:      {502, "The provider's service failed", "api_error"},
	upstreamBroke:       {502, "The provider's service broke off", "api_error"},
	answerNotAgreed:     {502, "The answer has not the agreed format", "api_error"},
	upstreamDown:        {503, "The provider's service does not answer", "api_error"},
	answerTooLarge:      {502, "The answer is too large", "api_error"},
}

// A refusal says why a call got no answer, or not a whole one.
type refusal struct {
	code    policy.Code
	clause  agreement.Clause // empty if no clause decides
	why     string           // one sentence, for the caller
	status  int              // 0 means the one of the code
	pointer string           // where in the body, as a JSON pointer; empty if that is not the point
	retry   time.Duration    // when to try again; 0 if that is not known
	limit   string           // the limit that refuses
	cause   error            // for the log only
}

func refuse(code policy.Code, clause agreement.Clause, format string, args ...any) *refusal {
	return &refusal{code: code, clause: clause, why: fmt.Sprintf(format, args...)}
}

// Error makes a refusal the cause of a call's end.
func (r *refusal) Error() string { return string(r.code) + ": " + r.why }

func (r *refusal) statusCode() int {
	if r.status != 0 {
		return r.status
	}
	return kinds[r.code].status
}

// refusalOf is the refusal that an error is; any other error is of the upstream's making.
func refusalOf(err error) *refusal {
	var no *refusal
	if err == nil || errors.As(err, &no) {
		return no
	}
	return byUpstream(err)
}

func byVerdict(v policy.Verdict) *refusal {
	return &refusal{code: v.Code, clause: v.Clause, why: sentence(v.Why)}
}

// notConnected is the verdict on a call that has nowhere to go.
var notConnected = policy.Verdict{Code: noUpstream, Clause: "A", Why: "the provider has not told this node where it serves the component in this environment"}

// byUpstream tells apart what went wrong on the way to an answer; the cause itself is the operator's.
func byUpstream(err error) *refusal {
	no := refuse(upstreamUnreachable, "", "The provider's service was refused or unreachable.")
	var slow interface{ Timeout() bool }
	if errors.As(err, &slow) && slow.Timeout() {
		no = refuse(upstreamTimeout, "", "The provider's service did not answer in time.")
	}
	no.cause = err
	return no
}

// byStatus says what an upstream's status means when its answer is not the caller's to see: a
// failure may show the provider's insides, and a 401 is about the node's secret, not the caller's
// key. Nil means that the answer goes to the caller.
func byStatus(resp *egress.Response) *refusal {
	switch s := resp.StatusCode; {
	case s == http.StatusUnauthorized, s == http.StatusForbidden, s == http.StatusProxyAuthRequired:
		return refuse(upstreamRefused, "", "The provider's service did not accept the node's own credential.")
	case s >= 500:
		no := refuse(upstreamFailed, "", "The provider's service answered with status %d.", s)
		if s == http.StatusServiceUnavailable || s == 529 {
			no.status, no.retry = http.StatusServiceUnavailable, retryAfter(resp.Header)
		}
		if s == http.StatusGatewayTimeout {
			no.status = s
		}
		return no
	case s >= 300 && s < 400:
		return refuse(upstreamRedirected, "", "The provider's service answered with a redirect, which is not followed.")
	case s < 200:
		return refuse(upstreamFailed, "", "The provider's service answered with status %d.", s)
	}
	return nil
}

func retryAfter(h wire.Header) time.Duration {
	d, err := time.ParseDuration(h.Get("Retry-After") + "s")
	if err != nil || d < 0 || d > time.Hour {
		return 0
	}
	return d
}

// outcome is what the record says of a call that a refusal ended.
func (r *refusal) outcome() meter.Outcome {
	switch r.code {
	case upstreamTimeout:
		return meter.UpstreamTimeout
	case upstreamUnreachable, upstreamRefused, upstreamRedirected, upstreamFailed, upstreamBroke, upstreamDown, answerTooLarge, answerNotAgreed:
		return meter.UpstreamError
	}
	return meter.Cut
}

// counts reports whether it is the gateway that refused, rather than the upstream that failed.
func (r *refusal) counts() bool { return r.outcome() == meter.Cut }

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[size:]
	if last, _ := utf8.DecodeLastRuneInString(s); last == '.' || last == '”' {
		return s
	}
	return s + "."
}
