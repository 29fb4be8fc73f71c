package articles_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/general"
	"entente/articles/lifetest"
	"entente/articles/signing"
	"entente/calendar"
	"entente/ledger/seal"
)

// An amendment is proposed and signed by both as long before it takes effect as clause 13.5 says.
func TestAnAmendmentIsSignedInTime(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.General.Amendments.LeadTime = calendar.Duration{Days: 7} })
	first, _ := l.State.Life.Current()
	previous := mustDigest(t, first.Manifest)
	amend := func(effective calendar.Date) agreement.Propose {
		a := *l.State.Text()
		a.Agreement.Effective, a.Commerce.Payment.NetDays = effective, 45
		p, err := signing.Bind(a, &previous)
		if err != nil {
			t.Fatal(err)
		}
		terms := seal.Sum(p.Terms).String()
		l.Library[terms] = p.Terms
		return agreement.Propose{Manifest: p.Digest().String(), Terms: terms, Previous: previous.String(), Effective: effective.In(a.Frame().Zone()).UTC()}
	}
	host := articles.Actor{Party: agreement.Host, ID: "operator"}
	l.Refused(host, amend(lifetest.Day.AddDays(7)), lifetest.Noon, "13.5", "one that both sign today may take effect on "+lifetest.Day.AddDays(8).Words())
	good := amend(lifetest.Day.AddDays(8))
	l.Must(host, good, lifetest.Noon)
	sign := func(who articles.Actor) agreement.Sign {
		return agreement.Sign{Party: who.Party, Manifest: good.Manifest, Signer: who.ID, Statement: "sha256:00", Key: "k", Custody: "node"}
	}
	last := l.State.Text().General.Amendments.SignBy(good.Effective, l.State.Text().Frame().Zone())
	l.Must(lifetest.SignerA, sign(lifetest.SignerA), lifetest.Noon)
	l.Refused(lifetest.SignerB, sign(lifetest.SignerB), last.Add(1), "13.5", "at least seven (7) days before it takes effect")
	l.Must(lifetest.SignerB, sign(lifetest.SignerB), last)
}

// Whatever the lead time and the moment: the day that a refusal names is one on which an amendment signed
// at that moment may take effect, and the day before it is none.
func TestTheDayThatARefusalNamesIsTheFirst(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := general.Amendments{LeadTime: calendar.Duration{Months: rapid.IntRange(0, 14).Draw(t, "months"), Days: rapid.IntRange(0, 40).Draw(t, "days"), Hours: rapid.IntRange(1, 60).Draw(t, "hours")}}
		now := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "now"), 0)
		effective := calendar.DateOf(now.In(zone))
		for a.InTime("sign", effective.In(zone), now, zone) != nil {
			effective = effective.AddDays(1)
		}
		refused := a.InTime("sign", effective.AddDays(-1).In(zone), now, zone)
		if refused == nil {
			t.Fatalf("%s is not the first day", effective)
		}
		if want := "may take effect on " + effective.Words(); !contains(refused, want) {
			t.Fatalf("%v; want %q", refused, want)
		}
	})
}

func contains(err error, words string) bool { return strings.Contains(err.Error(), words) }
