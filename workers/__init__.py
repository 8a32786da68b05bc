"""Do it: the processes that apply rules and bring contacts in Watbot up to date."""
