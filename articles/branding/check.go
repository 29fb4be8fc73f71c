package branding

import (
	"entente/agreement"
	"entente/money"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 5.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.CoMarketing.check(f, found)
	t.Trademarks.check(found)
	t.Leads.check(found)
	t.checkApproval(found)
}

func (c CoMarketing) check(f agreement.Frame, found *agreement.Findings) {
	if len(c.Activities) > 0 && !c.JointMarketing {
		found.Add("activities-unticked", "branding.co_marketing.activities", "activities of joint marketing are listed, but joint_marketing is not chosen").
			Mend("write joint_marketing: true, or delete the list")
	}
	e := c.SharedExpenses
	const at = "branding.co_marketing.shared_expenses"
	if e == nil {
		return
	}
	if !e.A.IsZero() && !e.B.IsZero() && !money.SumsTo100(e.A, e.B) {
		found.Add("expenses-sum", at+".b", "the shares of Party A (%s) and Party B (%s) do not sum to 100%%", e.A, e.B).
			Mend("change one of the two so that together they are exactly 100%%")
	}
	if !c.Any() {
		found.Add("expenses-idle", at, "expenses of co-marketing are shared, but no co-marketing is chosen").
			Mend("choose joint_marketing, press_releases or partner_events, or delete shared_expenses")
	}
	if e.YearlyBudget.IsZero() && e.ApprovalAbove.IsZero() {
		found.Add("expenses-uncapped", at, "either party can spend any amount at the other’s expense").
			Mend("give yearly_budget, approval_above or both")
	}
	e.checkCurrency(f, found, at)
}

func (e Expenses) checkCurrency(f agreement.Frame, found *agreement.Findings, at string) {
	for _, one := range []struct {
		key    string
		amount money.Amount
	}{{".yearly_budget", e.YearlyBudget}, {".approval_above", e.ApprovalAbove}} {
		if want := f.Front.Currency; want != "" && !one.amount.IsZero() && one.amount.Currency != want {
			found.Add("expenses-currency", at+one.key, "the amount is in %s, but the agreement’s currency is %s", one.amount.Currency, want).
				Mend("write the amount in %s", want)
		}
	}
}

func (t Trademarks) check(found *agreement.Findings) {
	if t.Any() && !t.conditional() {
		found.Add("trademark-unconditional", "branding.trademarks", "trademarks may be used without any condition, which weakens them").
			Mend("choose brand_guidelines, prior_approval or no_modification")
	}
	if !t.Any() && t.conditional() {
		found.Add("trademark-unused", "branding.trademarks", "conditions are chosen for the use of trademarks, but no use is allowed").
			Mend("choose marketing, listings or joint_materials, or delete the conditions")
	}
}

func (l LeadTerms) check(found *agreement.Findings) {
	if l.ReferralProcess && !l.ShareQualified {
		found.Add("leads-unshared", "branding.leads.referral_process", "leads follow a process, but the parties do not share any").
			Mend("write share_qualified: true, or delete referral_process")
	}
	if l.ReferralFees != "" && !l.ReferralProcess {
		found.Add("fees-without-process", "branding.leads.referral_fees", "a fee is owed for referred customers, but no process says which customers were referred").
			Mend("write referral_process: true and fill in Schedule F, or delete referral_fees")
	}
}

// checkApproval looks at the time for approvals, which clauses 5.1 and 5.2 share.
func (t Terms) checkApproval(found *agreement.Findings) {
	const at = "branding.approval_days"
	needed := t.CoMarketing.Approved() || t.Trademarks.Any() && t.Trademarks.PriorApproval
	switch {
	case t.ApprovalDays == 0 && needed:
		found.Add("approval-days", at, "approval is needed, but there is no time in which it is given or refused").
			Mend("write a number of business days, for example 5")
	case t.ApprovalDays < 0 || t.ApprovalDays > 30:
		found.Add("approval-days", at, "%d business days for an approval cannot be meant", t.ApprovalDays).
			Mend("write a number from 1 to 30, for example 5")
	}
}
