steward.shard("h1",{"pages":[["Empathy","glossary.html#term-empathy","Seeing with the other's eyes","en"]],"parts":[""]})
