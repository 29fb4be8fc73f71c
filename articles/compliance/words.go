package compliance

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of the article.
func (t Terms) Words(f agreement.Frame) []document.Clause { return nil }

// Words are the clauses of Schedule B.
func (t Security) Words(f agreement.Frame) []document.Clause { return nil }
