package branding

import "entente/agreement"

// Check reports what is missing, contradictory, dangling or unwise in the article.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {}

// Check reports what is missing, contradictory, dangling or unwise in Schedule E.
func (t Brand) Check(f agreement.Frame, found *agreement.Findings) {}

// Check reports what is missing, contradictory, dangling or unwise in Schedule F.
func (t Leads) Check(f agreement.Frame, found *agreement.Findings) {}
