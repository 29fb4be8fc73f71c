package general

import (
	"entente/agreement"
	"entente/document"
)

func (n Notices) words(f agreement.Frame) []document.Block {
	return []document.Block{
		document.Para("A notice under this Agreement must be in writing and in the language of this Agreement, and must be given in one of the following ways:"),
		n.methodsTable(),
		document.Para("A notice that arrives on a day that is not a Business Day counts as received on the next Business Day. The addresses for notices are the following. A Party may change its own by notice."),
		n.addressTable(f),
		document.Para("A notice of termination, of breach or of a dispute must be addressed to a legal contact of the other Party, if it has named one. Messages that run the Integrated Solution from day to day need no form."),
	}
}

func (n Notices) methodsTable() document.Block {
	var rows [][]document.Text
	for _, m := range n.Methods {
		rows = append(rows, document.Row(m.By.Label(), m.receipt()))
	}
	return document.Grid([]document.Column{{Title: "Way", Width: 3}, {Title: "Counts as received", Width: 5}}, rows)
}

func (m NoticeMethod) receipt() document.Text {
	received := document.T("when it is received")
	switch m.By {
	case ByEmail:
		received = document.T("when the system of the recipient confirms its delivery")
	case ByLedger:
		received = document.T("when the entry can be read by the other Party")
	}
	if m.BusinessDays > 0 {
		return document.T("%s, and at the latest %s after it is sent", received, document.Count(int64(m.BusinessDays), "Business Day"))
	}
	return received
}

func (n Notices) addressTable(f agreement.Frame) document.Block {
	var rows [][]document.Text
	for _, p := range agreement.Both {
		for _, id := range n.To(p) {
			name, email := id, ""
			if who, ok := f.Person(id); ok {
				name, email = who.Name, string(who.Email)
			}
			rows = append(rows, document.Row(p.Label(), name, document.T("%s", email), document.T("%s", f.Parties.Of(p).Address)))
		}
	}
	return document.Grid([]document.Column{{Title: "Party", Width: 2}, {Title: "For the attention of", Width: 3}, {Title: "E-mail", Width: 4}, {Title: "Address", Width: 5}}, rows)
}
