package integration

import "entente/agreement"

// Check reports what is missing, contradictory, dangling or unwise in the article.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {}

// Check reports what is missing, contradictory, dangling or unwise in Schedule A.
func (t Technical) Check(f agreement.Frame, found *agreement.Findings) {}

// Check reports what is missing, contradictory, dangling or unwise in Schedule C.
func (t Performance) Check(f agreement.Frame, found *agreement.Findings) {}
