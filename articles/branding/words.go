package branding

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of the article.
func (t Terms) Words(f agreement.Frame) []document.Clause { return nil }

// Words are the clauses of Schedule E.
func (t Brand) Words(f agreement.Frame) []document.Clause { return nil }

// Words are the clauses of Schedule F.
func (t Leads) Words(f agreement.Frame) []document.Clause { return nil }
