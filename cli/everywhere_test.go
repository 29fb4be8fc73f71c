package cli

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"entente/api"
	"entente/console"
)

// A doorway is where people do what an operation of the API does: by a command, and by a form of the console. Where one of
// them has none, why says the reason.
type doorway struct{ command, form, why string }

// everywhere are the operations of the API that change something.
var everywhere = map[string]doorway{
	"add-checkpoint":               {"", "", "a node's witness is asked by other nodes, and by no person"},
	"add-signer":                   {"access signer", "POST /me/signers", ""},
	"add-webhook":                  {"webhook add", "POST /agreements/{id}/webhooks", ""},
	"announce-maintenance":         {"maintenance announce", "POST /agreements/{id}/components/{component}/maintenance", ""},
	"answer-clauses":               {"negotiate accept", "POST /agreements/{id}/negotiation/answers", ""},
	"assign":                       {"assign", "POST /agreements/{id}/assignments", ""},
	"comment":                      {"negotiate comment", "POST /agreements/{id}/negotiation/comments", ""},
	"complete-milestone":           {"milestone complete", "POST /agreements/{id}/milestones/completion", ""},
	"consent-assignment":           {"assignment consent", "POST /agreements/{id}/assignments/consent", ""},
	"cure-breach":                  {"breach cure", "POST /agreements/{id}/breaches/cure", ""},
	"decide":                       {"decide", "", "it changes nothing: a program asks before it calls; the console shows how each call was decided"},
	"decline-version":              {"negotiate reject", "POST /agreements/{id}/negotiation/refusal", ""},
	"delegate-signing":             {"negotiate delegate", "POST /agreements/{id}/negotiation/delegations", ""},
	"delete-sign-in":               {"access sign-in remove", "POST /agreements/{id}/people/sign-in/removal", ""},
	"delete-upstream":              {"upstream delete", "POST /agreements/{id}/components/{component}/upstream/end", ""},
	"drop-note":                    {"negotiate forget", "POST /agreements/{id}/clauses/{clause}/notes/removal", ""},
	"end-delegation":               {"negotiate recall", "POST /agreements/{id}/negotiation/delegations/end", ""},
	"end-service-account":          {"access service end", "POST /agreements/{id}/programs/end", ""},
	"end-waiver":                   {"waiver end", "POST /agreements/{id}/clauses/{clause}/waivers/end", ""},
	"erase-person":                 {"access erase", "POST /agreements/{id}/people/{person}/erasure", ""},
	"give-letter":                  {"letter give", "POST /agreements/{id}/clauses/{clause}/letters", ""},
	"invite-person":                {"access invite", "POST /agreements/{id}/people/invitations", ""},
	"issue-key":                    {"key issue", "POST /agreements/{id}/keys", ""},
	"keep-note":                    {"negotiate note", "POST /agreements/{id}/clauses/{clause}/notes", ""},
	"let-begin":                    {"access begin", "", operators},
	"mail-signing-code":            {"negotiate code", "POST /agreements/{id}/sign/code", ""},
	"make-calendar":                {"calendar new", "POST /agreements/{id}/calendars", ""},
	"make-link":                    {"access link", "", operators},
	"make-service-account":         {"access service make", "POST /agreements/{id}/programs", ""},
	"make-token":                   {"access token", "POST /me/tokens", ""},
	"notify-breach":                {"breach notify", "POST /agreements/{id}/breaches", ""},
	"notify-change":                {"change notify", "POST /agreements/{id}/changes", ""},
	"open-agreement":               {"negotiate propose", "POST /begin/{section}", ""},
	"pause-webhook":                {"webhook pause", "POST /agreements/{id}/webhooks/{webhook}/pause", ""},
	"propose-version":              {"negotiate counter", "POST /agreements/{id}/draft", ""},
	"read-notifications":           {"notifications read", "POST /agreements/{id}/notifications/reading", ""},
	"record-certificate":           {"certificate record", "POST /agreements/{id}/certificates", ""},
	"refuse-assignment":            {"assignment refuse", "POST /agreements/{id}/assignments/refusal", ""},
	"remove-passkey":               {"access forget", "POST /me/passkeys/{passkey}/removal", ""},
	"remove-webhook":               {"webhook remove", "POST /agreements/{id}/webhooks/{webhook}/end", ""},
	"rename-passkey":               {"", "POST /me/passkeys/{passkey}/name", "a passkey is made and named in the browser that holds it"},
	"reopen-milestone":             {"milestone reopen", "POST /agreements/{id}/milestones/reopening", ""},
	"replay-webhook":               {"webhook replay", "POST /agreements/{id}/webhooks/{webhook}/replay", ""},
	"resolve-comment":              {"negotiate resolve", "POST /agreements/{id}/negotiation/resolutions", ""},
	"resume":                       {"resume", "POST /agreements/{id}/suspensions/end", ""},
	"resume-webhook":               {"webhook resume", "POST /agreements/{id}/webhooks/{webhook}/resumption", ""},
	"revoke-credential":            {"access revoke", "POST /me/credentials/{credential}/end", ""},
	"revoke-key":                   {"key revoke", "POST /agreements/{id}/keys/revocation", ""},
	"rotate-webhook":               {"webhook rotate", "POST /agreements/{id}/webhooks/{webhook}/secret", ""},
	"set-notification-preferences": {"notifications prefer", "POST /agreements/{id}/notifications/preferences", ""},
	"set-sign-in":                  {"access sign-in set", "POST /agreements/{id}/people/sign-in", ""},
	"set-upstream":                 {"upstream set", "POST /agreements/{id}/components/{component}/upstream", ""},
	"settle-change":                {"change settle", "POST /agreements/{id}/changes/settlement", ""},
	"sign":                         {"negotiate sign", "POST /agreements/{id}/sign", ""},
	"suspend":                      {"suspend", "POST /agreements/{id}/suspensions", ""},
	"terminate":                    {"terminate", "POST /agreements/{id}/termination", ""},
	"test-webhook":                 {"webhook test", "POST /agreements/{id}/webhooks/{webhook}/test", ""},
	"waive":                        {"waive", "POST /agreements/{id}/clauses/{clause}/waivers", ""},
	"withdraw-assignment":          {"assignment withdraw", "POST /agreements/{id}/assignments/withdrawal", ""},
	"withdraw-maintenance":         {"maintenance withdraw", "POST /agreements/{id}/components/{component}/maintenance/withdrawal", ""},
	"withdraw-version":             {"negotiate withdraw", "POST /agreements/{id}/negotiation/withdrawal", ""},
}

const operators = "the operator of a node has no seat in the console"

// What a program can do by the API a person can do by a command and in the console, or it is said why not.
func TestEveryActHasItsDoors(t *testing.T) {
	doc, err := (&api.API{}).OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Paths map[string]map[string]struct {
			ID string `json:"operationId"`
		}
	}
	if err := json.Unmarshal(doc, &read); err != nil {
		t.Fatal(err)
	}
	forms, left := (&console.Console{}).Routes(), maps.Clone(everywhere)
	for path, operations := range read.Paths {
		for method, o := range operations {
			if method == "get" || o.ID == "" {
				continue
			}
			at, known := everywhere[o.ID]
			delete(left, o.ID)
			if !known {
				t.Errorf("%s (%s %s) is not in the table: which command does it, and which form?", o.ID, method, path)
				continue
			}
			if c, rest := find(strings.Fields(at.command)); at.command != "" && (c == nil || len(rest) > 0) {
				t.Errorf("%s: there is no command %q", o.ID, at.command)
			}
			if at.form != "" && !slices.Contains(forms, at.form) {
				t.Errorf("%s: the console has no %s", o.ID, at.form)
			}
			if lacks := at.command == "" || at.form == ""; lacks != (at.why != "") {
				t.Errorf("%s: a reason is given where a door is lacking, and nowhere else: %+v", o.ID, at)
			}
		}
	}
	for id := range left {
		t.Errorf("the API has no operation %s", id)
	}
}
