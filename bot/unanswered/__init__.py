"""What people ask again and again in vain, for operators who switched that on."""
