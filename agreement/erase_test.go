package agreement_test

import (
	"strings"
	"testing"

	"entente/agreement"
)

func TestWhoIsErased(t *testing.T) {
	members := map[string]agreement.Member{
		"per_sign":  {ID: "per_sign", Party: agreement.A, Roles: []agreement.Role{agreement.Signatory}},
		"per_gone":  {ID: "per_gone", Party: agreement.A, Roles: []agreement.Role{agreement.Signatory}, Erased: true},
		"per_legal": {ID: "per_legal", Party: agreement.A, Roles: []agreement.Role{agreement.Legal}},
		"per_b1":    {ID: "per_b1", Party: agreement.B, Roles: []agreement.Role{agreement.Signatory}},
		"per_b2":    {ID: "per_b2", Party: agreement.B, Roles: []agreement.Role{agreement.Signatory}},
	}
	for _, tt := range []struct {
		name  string
		given agreement.Erase
		ended bool
		then  string // of the refusal; empty: they are erased
	}{
		{"a party's own person", agreement.Erase{Person: "per_legal", Party: agreement.A}, false, ""},
		{"the other party's person", agreement.Erase{Person: "per_legal", Party: agreement.B}, false, "its own people"},
		{"anybody by the host", agreement.Erase{Person: "per_legal"}, false, ""},
		{"nobody", agreement.Erase{Person: "per_x"}, false, "knows nobody"},
		{"who was erased before", agreement.Erase{Person: "per_gone"}, false, "before"},
		{"the last signatory", agreement.Erase{Person: "per_sign"}, false, "last signatory of Party A"},
		{"the last signatory after the end", agreement.Erase{Person: "per_sign"}, true, ""},
		{"one of two signatories", agreement.Erase{Person: "per_b1", Party: agreement.B}, false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := agreement.DecideErase(members, tt.given, tt.ended)
			switch {
			case tt.then == "" && (err != nil || got.Person != tt.given.Person || got.Party != members[tt.given.Person].Party):
				t.Errorf("got %+v, %v", got, err)
			case tt.then != "" && (err == nil || !strings.Contains(err.Error(), tt.then)):
				t.Errorf("got %+v, %v; want %q", got, err, tt.then)
			}
		})
	}
}
