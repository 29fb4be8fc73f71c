package governance

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of the article.
func (t Terms) Words(f agreement.Frame) []document.Clause { return nil }

// Words are the clauses of Schedule G.
func (t KPIs) Words(f agreement.Frame) []document.Clause { return nil }
